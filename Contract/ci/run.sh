#!/bin/sh
# The GitHub action's steps, run as GitHub would run them, with recorded events against a running server.
#   Contract/ci/run.sh [arguments for pytest]
# ROOST_BIN names the executable; the default is the newest build under .build/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python="$("$here/../python/venv.sh" ci)/bin/python"
cd "$here"
exec "$python" -m pytest -q "$@"
