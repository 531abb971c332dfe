#!/usr/bin/env bash
# One night: ask the registry, commit data/, push. Leaves the tree at what was pushed.
#   nightly.sh MESSAGE_FILE SUMMARY_FILE
# Somebody may push meanwhile. If they left data/ alone, our commit goes on top of theirs. If they
# changed it (another night, a force-push), ours was made from what is no longer there: the registry
# is asked again from where they left off, so that the log says each change once.
# The clone may be as shallow as it likes. GH_TOKEN is git's alone: no library sees it.
# ACCEPT_SHRINKAGE=true believes a search that finds far less; TODAY and PAUSE are for tests.
set -euo pipefail
message=$1
summary=$2
python=.venv/bin/python
branch=$(git rev-parse --abbrev-ref HEAD)
options=(--message "$message" --summary "$summary")
if [ "${ACCEPT_SHRINKAGE:-}" = true ]; then options+=(--accept-shrinkage); fi
if [ -n "${TODAY:-}" ]; then options+=(--on "$TODAY"); fi
if [ "$branch" = HEAD ]; then
  echo "This run is of a tag or of a commit, to which nobody can push: run it from a branch" >&2
  exit 1
fi

# What git says of a push that is refused, in words that say what to do; nothing where it may pass.
reason() {
  case $1 in
    *GH001* | *"Large files"* | *"file size limit"* | *"maximum allowed size"* | *"HTTP 413"*)
      echo "a file or the commit is larger than GitHub takes: docs/OPERATIONS.md, 'How the record grows'" ;;
    *GH006* | *GH013* | *"rotected branch"* | *"rule violations"*)
      echo "$branch is protected: put 'GitHub Actions' on the bypass list of its rules (docs/OPERATIONS.md, step 9)" ;;
    *archived*)
      echo "the repository is archived, so nobody can write to it: 'Settings', 'Unarchive'" ;;
    *"denied to"* | *"not granted"* | *"not accessible by integration"* | *"error: 403"* | *"Permission denied"*)
      echo "this workflow may not write to $branch: 'Settings', 'Actions', 'General', 'Workflow permissions' of the repository or of its organisation (docs/OPERATIONS.md, step 3)" ;;
  esac
}

errors=$(mktemp)
for attempt in 1 2 3 4 5; do
  base=$(git rev-parse HEAD)
  env -u GH_TOKEN "$python" build.py update "${options[@]}"
  git add data
  git diff --cached --quiet || git commit --quiet --file "$message"
  refused=0
  for pause in 1 10 30; do
    if git push --quiet origin "HEAD:$branch" 2> "$errors"; then exit 0; fi
    cat "$errors"
    why=$(reason "$(cat "$errors")")
    if [ -n "$why" ]; then
      echo "The push was refused: $why" >&2
      exit 1
    fi
    git fetch --quiet origin "$branch"
    if [ "$(git rev-parse FETCH_HEAD)" = "$base" ]; then # nobody pushed: GitHub may be busy
      refused=$((refused + 1))
      sleep "${PAUSE:-$pause}"
      continue
    fi
    if ! git merge-base --is-ancestor "$base" FETCH_HEAD \
      || ! git diff --quiet "$base" FETCH_HEAD -- data; then break; fi
    git rebase --quiet FETCH_HEAD
    base=$(git rev-parse FETCH_HEAD)
  done
  if [ "$refused" -eq 3 ]; then
    echo "The push was refused three times, and nobody pushed meanwhile. Git says:" \
      "$(grep -v '^hint:' "$errors" | tr -s '[:space:]' ' ' | cut -c 1-300)" >&2
    exit 1
  fi
  echo "The branch moved on (attempt $attempt): beginning again from its new tip" >&2
  git reset --quiet --hard FETCH_HEAD
done
echo "The branch did not stand still: nothing was pushed" >&2
exit 1
