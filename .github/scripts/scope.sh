#!/usr/bin/env bash
# Prints what a run has to check: `before`, the revision to compare with, and `program`, whether
# anything but content/ differs from it. Texts alone need no test of the program.
set -euo pipefail
before=$(.github/scripts/before.sh)
program=true
if [ "$before" != HEAD ] && [ "$GITHUB_EVENT_NAME" != push ] \
  && git diff --quiet "$before" HEAD -- . ':(exclude)content'; then program=false; fi
printf 'before=%s\nprogram=%s\n' "$before" "$program" | tee -a "$GITHUB_OUTPUT"
