#!/bin/sh
# SPDX-License-Identifier: MIT
# What building for another machine needs: its compiler and runner from Debian's packages, and a folder
# with that machine's libraries. They come through an apt of their own, so that this system's list of
# architectures and packages stays as it is.
#
#     cross_root.sh ARCHITECTURE FOLDER
set -eu
architecture=$1
root=$2
[ ! -f "$root/complete" ] || exit 0
if ! command -v apt-get >/dev/null || [ "$(uname -m)" != x86_64 ]; then
    echo 'cross: made for Debian on x86-64, whose packages it takes' >&2
    exit 1
fi
# The metapackage gcc-multilib and the cross compilers refuse each other; what it leads to does not.
case $architecture in
i386) tools="gcc-$(gcc -dumpversion)-multilib" ;;
s390x) tools='gcc-s390x-linux-gnu qemu-user' ;;
*) echo "cross: i386 or s390x, not $architecture" >&2 && exit 1 ;;
esac
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
for tool in $tools; do
    dpkg-query -W -f '${Status}' "$tool" 2>/dev/null | grep -q ' installed$' && continue
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$tool" >/dev/null
done

rm -rf "$root"
mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial"
: >"$root/apt/status"
cat >"$root/apt/conf" <<CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Dir::State "$root/apt";
Dir::State::status "$root/apt/status";
Dir::Cache "$root/apt";
CONF
export APT_CONFIG="$root/apt/conf"
apt-get update -qq || echo "cross: a list of packages is missing; whether one of it was needed shows now" >&2
apt-get install -y -qq --no-install-recommends --download-only libc6-dev libmbedtls-dev libjansson-dev check \
    libssl-dev >/dev/null
for package in "$root"/apt/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
rm -r "$root/apt"
touch "$root/complete"
