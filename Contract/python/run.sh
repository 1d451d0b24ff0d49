#!/bin/sh
# The contract: the official Python SDKs, unmodified, against a running roost. The server is started by the tests. And
# what roost says to services of embeddings, against the services' own packages (no server, no network).
#   Contract/python/run.sh                  every SDK version, the raw HTTP tests, the services
#   Contract/python/run.sh 1.7.1 -k tags    one version, with arguments for pytest
#   Contract/python/run.sh loop             the agent loop, with the scripted model: loop-wire, loop-1.12.1, loop-1.7.1,
#                                           loop-0.1.324, loop-openai
#   Contract/python/run.sh letta-code       Letta Code, the terminal client, with the scripted model
#   Contract/python/run.sh tools            custom tools: tools-runner (what runs in the sandbox, without a server),
#                                           tools-wire, tools-1.12.1, tools-1.7.1, tools-0.1.324
# ROOST_BIN names the executable; the default is the newest build under .build/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
loop="loop-wire loop-1.12.1 loop-1.7.1 loop-0.1.324 loop-openai"
tools="tools-runner tools-wire tools-1.12.1 tools-1.7.1 tools-0.1.324"
versions="1.12.1 1.7.1 0.1.324 wire embedding_services model_server $loop $tools letta-code"
case "${1:-}" in
    1.12.1 | 1.7.1 | 0.1.324 | wire | embedding_services | model_server | loop-* | tools-* | letta-code)
        versions=$1; shift ;;
    loop) versions=$loop; shift ;;
    tools) versions=$tools; shift ;;
esac
failed=""
for version in $versions; do
    above=""
    case $version in
        wire) python="$("$here/venv.sh" 1.12.1)/bin/python"; suites=wire ;;
        # Its conftest is its own: that of the SDKs needs one of them.
        embedding_services | model_server)
            python="$("$here/venv.sh" "$version")/bin/python"; suites=$version; above="--confcutdir=$version" ;;
        loop-wire) python="$("$here/venv.sh" 1.12.1)/bin/python"; suites=loop_wire ;;
        loop-openai)
            python="$("$here/venv.sh" model_server)/bin/python"; suites=loop_openai; above="--confcutdir=loop_openai" ;;
        letta-code)
            if ! python="$("$here/venv.sh" letta-code)/bin/python"; then
                echo "== contract: letta-code left out: the package letta cannot be installed here"
                continue
            fi
            suites=letta_code; above="--confcutdir=letta_code" ;;
        tools-runner)
            python="$("$here/venv.sh" 1.12.1)/bin/python"; suites=runner; above="--confcutdir=runner" ;;
        tools-wire) python="$("$here/venv.sh" 1.12.1)/bin/python"; suites=tools_wire ;;
        tools-0.*) python="$("$here/venv.sh" "${version#tools-}")/bin/python"; suites=tools_sdk0 ;;
        tools-*) python="$("$here/venv.sh" "${version#tools-}")/bin/python"; suites=tools_sdk1 ;;
        loop-0.*) python="$("$here/venv.sh" "${version#loop-}")/bin/python"; suites=loop_sdk0 ;;
        loop-*) python="$("$here/venv.sh" "${version#loop-}")/bin/python"; suites=loop_sdk1 ;;
        0.*) python="$("$here/venv.sh" "$version")/bin/python"; suites="sdk0 guides" ;;
        *) python="$("$here/venv.sh" "$version")/bin/python"; suites="sdk1 guides" ;;
    esac
    for argument in "$@"; do  # a named file or folder stands in for the whole suite
        if [ -e "$here/${argument%%::*}" ]; then suites=""; fi
    done
    echo "== contract: $version ${suites:+($suites)}"
    # shellcheck disable=SC2086  # words, or nothing
    (cd "$here" && "$python" -m pytest -q $above $suites "$@") || failed="$failed $version"
done
if [ -n "$failed" ]; then
    echo "contract broken for:$failed" >&2
    exit 1
fi
