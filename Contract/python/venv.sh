#!/bin/sh
# Makes the Python environment .build/venv-NAME from requirements/NAME.txt, once; prints its folder.
# A changed requirements file rebuilds it; an unchanged one costs nothing.
set -eu
name=$1
here=$(cd "$(dirname "$0")" && pwd)
pins="$here/requirements/$name.txt"
folder="$here/../../.build/venv-$name"
if ! cmp -s "$pins" "$folder/installed.txt" 2>/dev/null; then
    echo "installing $name from PyPI" >&2
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    if ! python3 -m venv "$folder" >&2; then
        rm -rf "$folder"
        echo "python3 cannot make environments: install the package python3-venv" >&2
        exit 1
    fi
    "$folder/bin/python" -m pip --quiet --disable-pip-version-check install --no-deps -r "$pins" >&2
    cp "$pins" "$folder/installed.txt"
fi
cd "$folder" && pwd
