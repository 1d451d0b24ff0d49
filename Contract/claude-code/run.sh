#!/bin/sh
# The contract with Claude Code: setup, hooks and memory, with a stand-in for the editor.
#   Contract/claude-code/run.sh [arguments for pytest]
# ROOST_BIN names the executable; the default is the newest build under .build/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python="$("$here/../python/venv.sh" mcp-1.30.0)/bin/python"
cd "$here" && exec "$python" -m pytest -q "$@"
