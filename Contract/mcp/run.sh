#!/bin/sh
# The contract of the MCP server: the official Python SDKs, unmodified, over every transport; then what no SDK would send.
#   Contract/mcp/run.sh                  both SDK versions, the raw tests, the bad input
#   Contract/mcp/run.sh 2.3.0 -k recall  one version, with arguments for pytest
# ROOST_BIN names the executable; the default is the newest build under .build/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
versions="1.30.0 2.3.0 raw bad_input"
case "${1:-}" in
    1.30.0 | 2.3.0 | raw | bad_input) versions=$1; shift ;;
esac
failed=""
for version in $versions; do
    echo "== mcp: $version"
    case $version in
        bad_input) python3 "$here/bad_input.py" "$@" || failed="$failed $version"; continue ;;
        raw) name=mcp-1.30.0; suites=raw ;;
        *) name=mcp-$version; suites=sdk ;;
    esac
    python="$("$here/../python/venv.sh" "$name")/bin/python"
    for argument in "$@"; do  # a named file or folder stands in for the whole suite
        if [ -e "$here/${argument%%::*}" ]; then suites=""; fi
    done
    # shellcheck disable=SC2086  # words, or nothing
    (cd "$here" && "$python" -m pytest -q $suites "$@") || failed="$failed $version"
done
if [ -n "$failed" ]; then
    echo "MCP contract broken for:$failed" >&2
    exit 1
fi
