#!/usr/bin/env bash
# Stops a publication that would give every feed entry a new id: subscribers would get all of them
# again. Compares the built site with the published one, if there is one.
#   same-ids.sh SITE_URL
set -euo pipefail
begin() { grep -o '<id>tag:[^:<]*' "$1" | head -n 1 | cut -c 9-; }
published=$(mktemp)
curl --silent --fail --location --max-time 30 --max-filesize 20000000 --output "$published" \
  "${1%/}/feed.xml" || exit 0 # nothing is published there yet
before=$(begin "$published") || exit 0 # by another program
now=$(begin site/feed.xml)
if [ "$before" != "$now" ]; then
  echo "Every feed entry would get a new id, and every subscriber all of them again: ids begin with" >&2
  echo "tag:$before at $1, and with tag:$now in this build. In content/site.yaml write" \
    "\`id_host: ${before%,*}\` and \`began: ${before##*,}\`, or run 'Publish' with 'New ids'" >&2
  exit 1
fi
