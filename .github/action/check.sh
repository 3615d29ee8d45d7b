#!/usr/bin/env bash
# Plays the pages: annotations and the summary of the job, reports for others in a folder. The status is an output, so that
# reports can be uploaded before the job is red.
set -uo pipefail
mkdir -p "$REPORT"
status=0
# Both are lists of words.
# shellcheck disable=SC2086
tutcheck $PATHS $ARGUMENTS \
  --report github \
  --report "json=$REPORT/report.json" \
  --report "junit=$REPORT/junit.xml" \
  --report "html=$REPORT/index.html" \
  --report "text=$REPORT/report.txt" || status=$?
echo "status=$status" >> "$GITHUB_OUTPUT"
