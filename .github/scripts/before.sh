#!/usr/bin/env bash
# Prints the revision that a run is compared with: the branch before a pull request, before those
# that wait with it in a merge queue, or before a push. HEAD for the first commit of a branch.
set -euo pipefail
case $GITHUB_EVENT_NAME in
  merge_group) before=$MERGE_BASE ;;
  push) before=$PUSHED_ONTO ;;
  *) before="" ;;
esac
is_here() { git cat-file -e "$1^{commit}" 2> /dev/null; }
for revision in "$before" HEAD^1; do
  # A new branch has only zeros before it, and a commit that a force-push took away is nowhere.
  if [ -z "${revision//0/}" ]; then continue; fi
  if is_here "$revision" \
    || { git fetch --quiet --depth=1 origin "$revision" 2> /dev/null && is_here "$revision"; }; then
    echo "$revision"
    exit 0
  fi
done
echo HEAD
