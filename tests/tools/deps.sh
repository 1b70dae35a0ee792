#!/bin/sh
# SPDX-License-Identifier: MIT
# Install what building and testing need: Debian and its kin through apt-get, elsewhere say what.
set -eu
packages='gcc g++ libc6-dev make pkg-config clang libclang-rt-dev clang-format git libmbedtls-dev
libjansson-dev check libssl-dev openssl curl libcurl4-openssl-dev libmicrohttpd-dev
librsvg2-bin nginx-light haproxy socat systemd libwolfssl-dev libgnutls28-dev mandoc cmake abigail-tools
binutils valgrind python3 python3-venv python3-pip python3-setuptools python3-wheel python3-cryptography python3-openssl
python3-yaml python3-httpx python3-requests gunicorn uvicorn mypy'

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo 'deps: this is no Debian or Ubuntu. Install, by whatever name they have here:' >&2
    echo "$packages" | tr '\n' ' ' >&2
    echo >&2
    exit 1
fi
missing=
for package in $packages; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = 'install ok installed' ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "deps: installing$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086  # a list of names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
