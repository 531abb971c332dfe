#!/usr/bin/env bash
# Publishes the digest of the last whole week, if something major happened in it and it is not out
# yet. Whoever watches the repository's releases is mailed by GitHub.
set -euo pipefail
today=${TODAY:-$(date -u +%F)}
monday=$(date -u -d "$today -$(date -u -d "$today" +%u) days -6 days" +%F)
sunday=$(date -u -d "$monday +6 days" +%F)
tag=digest-$(date -u -d "$monday" +%G-W%V)
notes=$(mktemp)
digest() {
  env -u GH_TOKEN .venv/bin/python build.py digest --publish --since "$monday" --until "$sunday" "$@"
}
digest --only-if-major > "$notes"
if [ ! -s "$notes" ]; then
  echo "Nothing major from $monday to $sunday: no release"
elif gh release view "$tag" > /dev/null 2>&1; then
  echo "$tag is out already"
else
  gh release create "$tag" --title "$(digest --title)" --notes-file "$notes"
fi
