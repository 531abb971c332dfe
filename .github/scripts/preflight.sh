#!/usr/bin/env bash
# Says in plain words which switch in GitHub's settings is missing, before anything fails for it.
#   preflight.sh night|publish
# Asks GitHub with the job's token; switches.py, which has none, finds the words.
set -euo pipefail
answers=$(mktemp -d)
repository=repos/$GITHUB_REPOSITORY
ask() { gh api "$2" > "$answers/$1.json" 2> /dev/null || true; } # a refusal is an answer, too
ask repository "$repository"
ask pages "$repository/pages"
ask nightly "$repository/actions/workflows/nightly.yml"
ask rules "$repository/rules/branches/$GITHUB_REF_NAME"
env -u GH_TOKEN python3 -I .github/scripts/switches.py "$1" "$answers"
