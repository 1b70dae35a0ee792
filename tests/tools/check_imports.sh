#!/bin/sh
# SPDX-License-Identifier: MIT
# The core has no socket, file, clock, environment or stream: what it takes from elsewhere is on a
# list that people review.
set -eu
shared=$1
list=tests/tools/imports.txt
nm -D --undefined-only "$shared" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u >"$(dirname "$shared")/imports"
grep -v '^#' "$list" | sort -u | comm -13 - "$(dirname "$shared")/imports" >"$(dirname "$shared")/unexpected"
if [ -s "$(dirname "$shared")/unexpected" ]; then
    echo "imports: not in $list:" >&2
    cat "$(dirname "$shared")/unexpected" >&2
    exit 1
fi
echo 'imports: nothing from outside but what is on the list'
