#!/usr/bin/env bash
# Comments the findings of a run of Check on its pull request, in one comment that it updates.
#   comment.sh RUN_ID HEAD_SHA
# The run's artifact is data, never a program, and is believed only where the pull request changes
# nothing but content/: then all that made it (the workflow, the scripts, the program) is ours. Which
# pull request that is, GitHub says, not the artifact.
set -euo pipefail
run=$1
export HEAD_SHA=$2
export MARK="<!-- the texts of this pull request -->"
repository=repos/$GITHUB_REPOSITORY

at_head() {
  gh pr list --state open --limit 500 --json number,headRefOid,changedFiles \
    --jq 'map(select(.headRefOid == env.HEAD_SHA)) | .[0] | select(.) | "\(.number) \(.changedFiles)"'
}
read -r number count <<< "$(at_head)" || true
if [ -z "$number" ]; then
  echo "No open pull request is at $HEAD_SHA: nothing to say"
  exit 0
fi
# GitHub lists 3,000 files at most; a file that was moved has stood somewhere else.
paths=$(gh api --paginate "$repository/pulls/$number/files?per_page=100" \
  --jq '.[] | .filename, (.previous_filename // empty)')
if [ "$count" -ge 3000 ] || grep -qv '^content/' <<< "$paths" \
  || [ "$(at_head)" != "$number $count" ]; then # somebody pushed meanwhile: its own run tells
  echo "Pull request $number is not of texts alone: its run's summary says what it changes"
  exit 0
fi
folder=$(mktemp -d)
gh run download "$run" --name comment --dir "$folder"
{
  echo "$MARK"
  tar -xOf "$folder/artifact.tar" ./comment.md | head -c 200000
} > "$folder/comment.md"
mine=$(gh api --paginate "$repository/issues/$number/comments?per_page=100" \
  --jq '.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARK))) | .id' \
  | head -n 1)
if [ -n "$mine" ]; then
  gh api --silent --method PATCH "$repository/issues/comments/$mine" --field body=@"$folder/comment.md"
else
  gh api --silent --method POST "$repository/issues/$number/comments" --field body=@"$folder/comment.md"
fi
