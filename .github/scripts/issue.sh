#!/usr/bin/env bash
# Keeps one open issue with a title while FILE has text, and closes it when FILE is empty.
#   issue.sh TITLE FILE [body]
# Adds a new text as a comment, which mails people; with `body` it replaces the issue's text, which
# mails nobody.
set -euo pipefail
export TITLE=$1
file=$2
way=${3:-comment}
if [ "$(gh api "repos/$GITHUB_REPOSITORY" --jq .has_issues)" = false ]; then
  echo "Issues are off, so nobody learns of '$TITLE': docs/OPERATIONS.md, step 5"
  exit 0
fi
number=$(gh issue list --state open --limit 200 --json number,title \
  --jq "map(select(.title == env.TITLE)) | .[0].number // empty")
if [ -s "$file" ]; then
  if [ -n "$number" ] && [ "$way" = body ]; then
    gh issue edit "$number" --body-file "$file"
  elif [ -n "$number" ]; then
    gh issue comment "$number" --body-file "$file"
  else
    gh issue create --title "$TITLE" --body-file "$file"
  fi
elif [ -n "$number" ]; then
  gh issue close "$number" --comment "Nothing is left to do here."
fi
