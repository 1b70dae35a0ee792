#!/bin/sh
# SPDX-License-Identifier: MIT
# What the headers declare, what the map lists and what the library exports are the same; inside,
# every symbol that is not static begins with tcai_ or tca_.
# usage: check_symbols.sh SHARED STATIC MAP HEADER...
set -eu
shared=$1
static=$2
map=$3
shift 3
work=$(dirname "$shared")/symbols
mkdir -p "$work"
sh tests/tools/list_api.sh "$@" >"$work/declared"
sed -n 's/^[[:space:]]*\(tca_[a-z0-9_]*\);.*/\1/p' "$map" | sort >"$work/mapped"
nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$work/exported"
failed=0
nm -D --defined-only "$shared" | awk '$2 != "A" && $3 !~ /@@TENANTCA(_ADAPTERS)?_[0-9.]+$/ { print $3 }' >"$work/unversioned"
if [ -s "$work/unversioned" ]; then
    echo 'symbols: in no versioned node:' >&2
    cat "$work/unversioned" >&2
    failed=1
fi
compare() {
    diff "$work/$1" "$work/$2" >"$work/difference" && return
    echo "symbols: $1 (<) and $2 (>) differ:" >&2
    cat "$work/difference" >&2
    failed=1
}
compare declared mapped
compare declared exported
nm --defined-only "$static" | awk 'NF == 3 && $2 ~ /[A-Z]/ && $3 !~ /^tcai?_/ { print $3 }' >"$work/unprefixed"
if [ -s "$work/unprefixed" ]; then
    echo 'symbols: neither static nor prefixed:' >&2
    cat "$work/unprefixed" >&2
    failed=1
fi
[ "$failed" -eq 0 ] && echo "symbols: $(basename "$shared"): $(wc -l <"$work/declared") declared, mapped and exported"
exit "$failed"
