#!/usr/bin/env bash
# Sends each channel of content/site.yaml its new entries since the last run, in one message.
#   announce.sh SUMMARY_FILE
# Two refs per channel, in the repository itself, record what was sent:
#   refs/announced/NAME   the commit whose log has been sent
#   refs/announcing/NAME  the commit whose log is being sent; removed when the channel has answered
# A run that is killed leaves the second one. ntfy is then asked whether it has that message, and the
# marks are set right. A channel that can't be asked gets the entries in doubt in a part of their own
# of the next message. A channel that refuses a message keeps its first mark: the next run sends both
# nights' entries. A channel without a mark begins with the log as it is.
# Marks move by compare and swap, so that of two runs at once one sends.
# GH_TOKEN is only for git, ANNOUNCE_ADDRESSES only for the commands that reach a channel.
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

unmarked="The repository could not be written: the next run finds out whether this message arrived"
for channel in $channels; do
  announced=$(mark "announced/$channel")
  begun=$(mark "announcing/$channel")
  head=$(git rev-parse HEAD)
  if [ -z "$announced" ]; then
    swap "announced/$channel" "" "$head" && say "$channel: begins with the log as it is"
    continue
  fi
  for ref in announced ${begun:+announcing}; do
    origin fetch --depth 1 origin "+refs/$ref/$channel:refs/$ref/$channel"
  done
  if [ -n "$begun" ]; then
    arrived=$(announce --publish --channel "$channel" --arrived "${begun:0:12}") || arrived=unknown
    say "$channel: the last run ended before its answer. In the topic: $arrived"
    if [ "$arrived" != unknown ]; then
      if [ "$arrived" = yes ]; then sent=$begun; else sent=$announced; fi
      swap "announced/$channel" "$announced" "$sent" "announcing/$channel" "$begun" "" || continue
      announced=$sent
      begun=
    fi
  fi
  options=(--since "${begun:-$announced}" --mark "${head:0:12}" ${begun:+--unsure-since "$announced"})
  : > "$saved"
  if ! prepare --publish --channel "$channel" "${options[@]}" --save "$saved"; then
    say "$channel: failed: $(tail -n 1 "$errors")"
  elif [ ! -s "$saved" ]; then
    say "$channel: nothing new"
    if [ "$announced" != "$head" ]; then
      swap "announced/$channel" "$announced" "$head" ${begun:+"announcing/$channel" "$begun" ""} ||
        say "$channel: its mark stays where it was"
    fi
  elif ! swap "announcing/$channel" "$begun" "$head"; then
    say "$channel: another run is at it, or the repository cannot be written; nothing was sent"
  elif sent=$(announce --saved "$saved"); then
    say "$sent"
    swap "announced/$channel" "$announced" "$head" "announcing/$channel" "$head" "" || say "$unmarked"
  elif [ $? -eq 3 ]; then
    say "$(tail -n 1 "$errors"): the next run finds out whether this message arrived"
  else
    say "$channel: failed, and the next run tries again: $(tail -n 1 "$errors")"
    swap "announcing/$channel" "$head" "$begun" || say "$unmarked"
  fi
done
