#!/bin/sh
# SPDX-License-Identifier: MIT
# The functions that the given public headers declare, one a line.
cat "$@" | tr '\n' ' ' | grep -oE 'TCA_API [^;]*;' | sed -n 's/^TCA_API [^(]*[ *]\(tca_[a-z0-9_]*\)(.*/\1/p' | sort
