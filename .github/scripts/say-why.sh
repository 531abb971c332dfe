#!/usr/bin/env bash
# Runs a command with untrusted output, which the runner must not read as workflow commands. Where it
# fails, its last words go to the run's summary and, in one line, to the step's output `reason`.
#   say-why.sh COMMAND [ARGUMENT...]
set -euo pipefail
errors=$(mktemp)
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
status=0
"$@" 2> "$errors" || status=$?
cat "$errors" # not on stderr, which the runner may read only after the next line
echo "::$token::"
if [ "$status" -ne 0 ]; then
  # Cut to one short line; what is cut may be half a character, and tools complain of that.
  reason=$(tail -n 3 "$errors" | tr -s '[:space:]' ' ' | tr -d '[:cntrl:]' | head -c 600) || true
  reason=$(iconv -c -f utf-8 -t utf-8 <<< "${reason% }") || true
  echo "reason=$reason" >> "$GITHUB_OUTPUT"
  printf '### Failed\n\n    %s\n' "$reason" >> "$GITHUB_STEP_SUMMARY" # indented: no Markdown in it
fi
exit "$status"
