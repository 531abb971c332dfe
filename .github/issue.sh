#!/usr/bin/env bash
# Keeps one open issue of a title while FILE has text, and none when it is empty.
#   issue.sh TITLE FILE
set -euo pipefail
export TITLE=$1
file=$2
number=$(gh issue list --state open --limit 200 --json number,title \
  --jq "map(select(.title == env.TITLE)) | .[0].number // empty")
if [ -s "$file" ]; then
  if [ -n "$number" ]; then
    gh issue comment "$number" --body-file "$file"
  else
    gh issue create --title "$TITLE" --body-file "$file"
  fi
elif [ -n "$number" ]; then
  gh issue close "$number" --comment "It is good again."
fi
