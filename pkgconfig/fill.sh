#!/bin/sh
# SPDX-License-Identifier: MIT
# fill.sh TEMPLATE, with PREFIX LIBDIR INCLUDEDIR VERSION POINTER_SIZE MBEDTLS_LIBDIR PKG_CONFIG in the
# environment.
# Directories below the prefix are written relative to it, so that a copy can be moved. Debian's
# mbedTLS has no .pc file of its own; where there is one it is named instead of the library, unless the
# library was built with another mbedTLS.
set -eu
below_prefix() {
    case $1 in
    "$PREFIX"/*) printf '${%s}/%s' prefix "${1#"$PREFIX"/}" ;;
    *) printf '%s' "$1" ;;
    esac
}
if [ -n "$MBEDTLS_LIBDIR" ]; then
    requires=jansson libraries="-L$MBEDTLS_LIBDIR -lmbedcrypto"
elif "$PKG_CONFIG" --exists mbedcrypto 2>/dev/null; then
    requires='mbedcrypto jansson' libraries=
else
    requires=jansson libraries=-lmbedcrypto
fi
sed -e "s|@PREFIX@|$PREFIX|" -e "s|@LIBDIR@|$(below_prefix "$LIBDIR")|" \
    -e "s|@INCLUDEDIR@|$(below_prefix "$INCLUDEDIR")|" -e "s|@VERSION@|$VERSION|" -e "s|@MAJOR@|${VERSION%%.*}|" \
    -e "s|@REQUIRES_PRIVATE@|$requires|" -e "s|@LIBS_PRIVATE@|$libraries|" \
    -e "s|@MBEDTLS_LIBDIR@|$MBEDTLS_LIBDIR|" -e "s|@POINTER_SIZE@|${POINTER_SIZE:?}|" \
    -e "s|@INCLUDE_FROM_LIB@|$(realpath -ms --relative-to="$LIBDIR" "$INCLUDEDIR")|" "$1"
