#!/usr/bin/env bash
# Prints, as Markdown, the sources whose address does not answer any more; nothing where all do.
#   sources.sh content/sources.yaml
# Gone is 404 or 410, or no answer in three tries. A site that turns robots away (401, 403, 429) is
# there; a server in trouble (5xx) is asked again next month.
set -euo pipefail
file=$1
agent="clinical-trial-monitor (+${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-})"

# "key line url" of each: a key begins its line, its address stands below it.
sources() {
  awk '/^[^ #:]+:/ { key = $1; sub(/:.*/, "", key) }
    /^  url:/ { url = $2; gsub(/^["\x27]|["\x27]$/, "", url); print key, NR, url }' "$file"
}

count=0
gone=0
while read -r key line url; do
  count=$((count + 1))
  status=$(curl --silent --show-error --location --globoff --proto '=http,https' --max-redirs 10 --max-time 40 \
    --retry 2 --retry-delay "${PAUSE:-5}" --retry-all-errors --user-agent "$agent" --range 0-0 \
    --output /dev/null --write-out '%{http_code}' -- "$url" 2> /dev/null) || true
  case $status in
    404 | 410) why="answers $status" ;;
    000 | "") why="does not answer" ;;
    *) continue ;;
  esac
  if [ "$gone" -eq 0 ]; then
    printf 'These sources did not answer. Look for where each has gone (a search for its title, the\n'
    printf 'Internet Archive) and mend the address, or put another source for what it says:\n\n'
  fi
  gone=$((gone + 1))
  if [ "$gone" -le 200 ]; then # an issue has room for some 65,000 characters
    printf -- "- \`%.100s\` (\`%s\`, line %s) %s: \`%.150s\`\n" "$key" "$file" "$line" "$why" "$url"
  fi
done < <(sources)
if [ "$gone" -gt 200 ]; then printf -- '- and %s more\n' $((gone - 200)); fi
echo "$count addresses asked, $gone do not answer" >&2
if [ "$count" -eq 0 ]; then
  echo "$file: no address was found" >&2
  exit 1
fi
