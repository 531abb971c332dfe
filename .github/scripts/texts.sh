#!/usr/bin/env bash
# Checks the texts against BEFORE and shows what changes on the site: in the run's summary, and as
# FOLDER/comment.md for comment.sh. Ends as the check ended.
#   texts.sh BEFORE FOLDER
set -euo pipefail
before=$1
comment=$2/comment.md
python=.venv/bin/python
said=$(mktemp)
status=0
"$python" build.py check --against "$before" > "$said" 2>&1 || status=$?
mkdir -p "$2"
{
  if [ "$status" -eq 0 ]; then echo "### The texts are sound"; else echo "### To be mended first"; fi
  echo
  head -n 100 "$said" | cut -c 1-400 | sed 's/^/    /' # indented: no Markdown in it
  lines=$(wc -l < "$said")
  if [ "$lines" -gt 100 ]; then printf '\nand %s lines more, in the log of the run\n' $((lines - 100)); fi
  echo
  "$python" build.py preview --against "$before" --most 55000 2> /dev/null \
    || echo "What changes on the site is shown once nothing is left to mend."
} > "$comment"
cat "$said"
cat "$comment" >> "$GITHUB_STEP_SUMMARY"
exit "$status"
