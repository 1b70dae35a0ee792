#!/bin/sh
# SPDX-License-Identifier: MIT
# fill.sh TEMPLATE PREFIX LIBDIR INCLUDEDIR VERSION PKG_CONFIG
# Directories below the prefix are written relative to it, so that a copy can be moved. Debian's
# mbedTLS has no .pc file of its own; where there is one it is named instead of the library.
set -eu
below() {
    case $1 in
    "$2"/*) printf '${%s}/%s' prefix "${1#"$2"/}" ;;
    *) printf '%s' "$1" ;;
    esac
}
if "$6" --exists mbedcrypto 2>/dev/null; then
    requires='mbedcrypto jansson' libraries=
else
    requires=jansson libraries=-lmbedcrypto
fi
sed -e "s|@PREFIX@|$2|" -e "s|@LIBDIR@|$(below "$3" "$2")|" -e "s|@INCLUDEDIR@|$(below "$4" "$2")|" \
    -e "s|@VERSION@|$5|" -e "s|@MAJOR@|${5%%.*}|" -e "s|@REQUIRES_PRIVATE@|$requires|" \
    -e "s|@LIBS_PRIVATE@|$libraries|" -e "s|@INCLUDE_FROM_LIB@|$(realpath -ms --relative-to="$3" "$4")|" "$1"
