#!/bin/sh
# What roost says to services of chat models, and what they answer, against the services' own packages: no server, no
# network. The files are those that the Swift tests read and check, in Tests/Fixtures/chat-services.
#   Contract/models/run.sh [arguments for pytest]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python="$("$here/../python/venv.sh" models)/bin/python"
cd "$here"
exec "$python" -m pytest -q "$@"
