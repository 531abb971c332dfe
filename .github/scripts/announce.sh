#!/usr/bin/env bash
# Sends each channel of content/site.yaml its new entries since the last run, in one message.
#   announce.sh SUMMARY_FILE
# Two refs per channel, in the repository itself, record what was sent:
#   refs/announced/NAME   the commit whose log has been sent
#   refs/announcing/NAME  the commit whose log is on its way; gone as soon as that is over
# A run that is killed leaves the second one, and nobody knows whether that message arrived. It is
# not sent again, as no entry may come twice; the next run says so to the channel, with a link to all
# changes, also where nothing else is new.
# A channel that refuses a message keeps its first mark: the next night brings both nights' entries.
# A channel without a mark begins with the log as it is. All marks are moved by comparing and
# swapping, so that of two runs at once one sends.
# GH_TOKEN is git's alone, ANNOUNCE_ADDRESSES is for the one command that sends.
set -euo pipefail
summary=$1
saved=$(mktemp)
errors=$(mktemp)
origin() { env -u ANNOUNCE_ADDRESSES git "$1" --quiet "${@:2}"; }
announce() {
  env -u GH_TOKEN .venv/bin/python build.py announce "$@" 2> "$errors"
}
prepare() (unset ANNOUNCE_ADDRESSES && announce "$@")
say() { echo "$1"; echo "- $1" >> "$summary"; }

if [ "${GITHUB_EVENT_NAME:-}" = pull_request ]; then
  echo "A pull request announces nothing" >&2
  exit 1
fi
if ! channels=$(prepare --list --publish); then
  say "Nothing is announced: $(tail -n 1 "$errors")"
  exit 0
fi
if [ -n "$channels" ]; then echo "### Announced" >> "$summary"; fi
marks=$(git ls-remote origin "refs/announced/*" "refs/announcing/*")
mark() { awk -v name="refs/$1" '$2 == name { print $1 }' <<< "$marks"; }

# swap NAME OLD NEW ...: moves marks, if each is where we saw it; "" is none
swap() {
  local options=(--atomic) moves=()
  while [ $# -gt 0 ]; do
    options+=("--force-with-lease=refs/$1:$2")
    moves+=("${3:+$3}:refs/$1")
    shift 3
  done
  for pause in 0 2 10; do
    sleep "${PAUSE:-$pause}"
    if origin push "${options[@]}" origin "${moves[@]}"; then return 0; fi
  done
  return 1
}

lost="The repository could not be written: the next night says that this message may be missing"
for channel in $channels; do
  announced=$(mark "announced/$channel")
  begun=$(mark "announcing/$channel")
  head=$(git rev-parse HEAD)
  if [ -z "$announced$begun" ]; then
    swap "announced/$channel" "" "$head" && say "$channel: begins with the log as it is"
    continue
  fi
  note=
  if [ -n "$begun" ]; then
    note="An earlier message may not have reached you: all changes stand on"
    say "$channel: a run before this one was killed while it sent; that message is not sent again"
  fi
  since=refs/$([ -n "$begun" ] && echo announcing || echo announced)/$channel
  origin fetch --depth 1 origin "+$since:$since"
  : > "$saved"
  if ! prepare --publish --channel "$channel" --since "$since" --note "$note" --save "$saved"; then
    say "$channel: failed: $(tail -n 1 "$errors")"
  elif [ ! -s "$saved" ]; then
    say "$channel: nothing new"
    if [ -z "$begun" ] && [ "$announced" != "$head" ]; then
      swap "announced/$channel" "$announced" "$head" || say "$channel: its mark stays where it was"
    fi
  elif ! swap "announcing/$channel" "$begun" "$head"; then
    say "$channel: another run is at it, or the repository cannot be written; nothing was sent"
  elif sent=$(announce --saved "$saved"); then
    say "$sent"
    swap "announced/$channel" "$announced" "$head" "announcing/$channel" "$head" "" || say "$lost"
  else
    say "$channel: failed, and is tried again the next night: $(tail -n 1 "$errors")"
    swap "announcing/$channel" "$head" "$begun" || say "$lost"
  fi
done
