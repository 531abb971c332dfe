#!/usr/bin/env bash
# Prints why tonight's run did not end well (UPDATE, PUBLISH: how its jobs ended; REASON), as
# Markdown; nothing where it did.
set -euo pipefail
run="repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

# Of the publications that wait, GitHub keeps the last: an edit took the place of the night's, and
# builds the tip of the branch, tonight's data included.
is_published_by_another() {
  BEGAN=$(gh api "$run" --jq .run_started_at)
  export BEGAN
  [ "$(gh run list --workflow publish.yml --branch "$GITHUB_REF_NAME" --limit 30 \
    --json createdAt,status,conclusion \
    --jq 'map(select(.createdAt >= env.BEGAN and (.status != "completed" or .conclusion == "success"))) | length')" != 0 ]
}

if [ "$UPDATE" = success ] && [ "$PUBLISH" = success ]; then exit 0; fi
if [ "$UPDATE" = success ] && [ "$PUBLISH" = cancelled ] && is_published_by_another; then exit 0; fi
echo "Tonight's run did not end well (update: $UPDATE, publish: $PUBLISH)."
printf '\n    %s\n\n' "${REASON:-It left no reason.}"
echo "See [the run]($GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID), and the table of" \
  "failures in docs/OPERATIONS.md."
