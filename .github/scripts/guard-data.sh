#!/usr/bin/env bash
# data/ is what the registry said. A pull request that edits it is refused.
#   guard-data.sh BEFORE
# Runs on the merge that GitHub makes of a pull request: what it adds to BEFORE is what counts.
set -euo pipefail
changed=$(git diff --name-only "$1" HEAD -- data)
if [ -n "$changed" ]; then
  echo "data/ is written by the nightly job only, from the registry's own answers. Please take these"
  echo "files out of the pull request; what the registry gets wrong is mended at ClinicalTrials.gov:"
  while IFS= read -r path; do printf '  %q\n' "$path"; done <<< "$changed"
  exit 1
fi
