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

for attempt in 1 2 3 4 5; do
  base=$(git rev-parse HEAD)
  env -u GH_TOKEN "$python" build.py update "${options[@]}"
  git add data
  git diff --cached --quiet || git commit --quiet --file "$message"
  refused=0
  for pause in 1 10 30; do
    if git push --quiet origin "HEAD:$branch"; then exit 0; fi
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
    echo "The push was refused, and nobody pushed meanwhile: may this workflow write to $branch?" >&2
    exit 1
  fi
  echo "The branch moved on (attempt $attempt): beginning again from its new tip" >&2
  git reset --quiet --hard FETCH_HEAD
done
echo "The branch did not stand still: nothing was pushed" >&2
exit 1
