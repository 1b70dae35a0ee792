#!/bin/sh
# SPDX-License-Identifier: MIT
# Every include in src/ follows the arrows of rooms.txt, and each dependency stays behind its door.
set -eu
rooms=tests/tools/rooms.txt
failed=0
complain() {
    echo "layers: $*" >&2
    failed=1
}

includes() { # of a file: "line:name"
    sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]\([^>"]*\)[>"].*/\1/p' "$1"
}

allowed_rooms() {
    sed -n "s/^$1://p" "$rooms"
}

for file in src/*/*.c src/*/*.h; do
    room=${file#src/}
    room=${room%%/*}
    grep -q "^$room:" "$rooms" || complain "$file: room '$room' is not in $rooms"
    for name in $(includes "$file"); do
        case $name in
        tenantca/* | std*.h | string.h | stdio.h | inttypes.h | errno.h) ;;
        mbedtls/* | psa/*) [ "$room" = crypto ] || complain "$file: only crypto includes $name" ;;
        jansson.h) [ "$room" = json ] || [ "$room" = adapters ] || complain "$file: only json includes $name" ;;
        adapters/*) [ "$room" = adapters ] || complain "$file: only adapters includes $name" ;;
        */*)
            if [ "$room" = adapters ]; then
                case $name in curl/curl.h | sys/*) continue ;; esac
            fi
            other=${name%%/*}
            case " $room $(allowed_rooms "$room") " in
            *" $other "*) ;;
            *) complain "$file: $room may not include $name" ;;
            esac
            ;;
        *) [ "$room" = adapters ] || complain "$file: unexpected $name" ;;
        esac
    done
done

for file in include/tenantca/*.h; do
    for name in $(includes "$file"); do
        case $name in
        tenantca/* | stddef.h | stdint.h) ;;
        *) complain "$file: a public header may not include $name" ;;
        esac
    done
done

# Examples and API tests see the library from outside.
for file in examples/*.c examples/*/*.c examples/*/*.h tests/api/*.c tests/api/*.h; do
    [ -f "$file" ] || continue
    for name in $(includes "$file"); do
        other=${name%%/*}
        if [ "$other" != "$name" ] && grep -q "^$other:" "$rooms"; then
            complain "$file: includes the library's inside, $name"
        fi
    done
done

# What one source can use on mbedTLS 2.28, 3.6 and 4.x.
portable='mbedtls_md|mbedtls_md_info_t|mbedtls_md_info_from_type|mbedtls_md_get_size|mbedtls_md_type_t'
portable="$portable|mbedtls_pk_context|mbedtls_pk_init|mbedtls_pk_free|mbedtls_pk_parse_public_key"
portable="$portable|mbedtls_pk_verify|mbedtls_asn1_[a-z0-9_]*"
for name in $(sed 's|/\*.*\*/||; /^#include/d' src/crypto/*.c src/crypto/*.h | grep -oE '\bmbedtls_[a-z0-9_]+' | sort -u); do
    echo "$name" | grep -qxE "$portable" || complain "src/crypto: $name is not in every mbedTLS"
done

[ "$failed" -eq 0 ] && echo 'layers: every arrow goes down'
exit "$failed"
