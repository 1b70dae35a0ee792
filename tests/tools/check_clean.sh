#!/bin/sh
# SPDX-License-Identifier: MIT
# In a continuous-integration run the checkout is as it was; elsewhere only files that building
# would leave behind are looked for.
set -eu
git rev-parse --is-inside-work-tree >/dev/null 2>&1 || { echo 'clean: no git checkout, not looked at'; exit 0; }
left=$(git status --porcelain --untracked-files=all)
[ "${CI:-}" = true ] || left=$(git status --porcelain --untracked-files=all | grep -E '\.(o|a|so|d|gcda|gcno|profraw|out)$' || true)
if [ -n "$left" ]; then
    echo 'clean: building and testing changed the work tree:' >&2
    echo "$left" >&2
    exit 1
fi
echo 'clean: the work tree is as it was'
