#!/bin/sh
# All fault drills, one after the other.
#   Faults/run.sh          as long as `make test` can afford (about three minutes)
#   Faults/run.sh full     100 kills, 50 of talking agents, longer drills; the soak has its own target
set -eu
cd "$(dirname "$0")"
if [ "${1:-}" = full ]; then
    kills=100 seconds=60 cuts=1000 turns=60 backups=10 writings=100 calls=10000 sessions=12000 syncs=100
    agents="--kills 50 --thorough"
else
    kills=10 seconds=10 cuts=100 turns=8 backups=2 writings=8 calls=1000 sessions=800 syncs=15
    agents="--kills 8"
fi
failed=""
python3 kill9.py --rounds $kills || failed="$failed kill9"
python3 many_processes.py --seconds $seconds || failed="$failed many_processes"
python3 disk_full.py || failed="$failed disk_full"
python3 disk_full.py --way limit || failed="$failed disk_full(limit)"
python3 cut_connections.py --rounds $cuts || failed="$failed cut_connections"
python3 backup_while_serving.py --backups $backups || failed="$failed backup_while_serving"
python3 vector_index.py --rounds $writings || failed="$failed vector_index"
python3 sync.py --rounds $syncs || failed="$failed sync"
python3 mcp.py --calls $calls --rounds 3 --seconds 3 || failed="$failed mcp"
python3 hooks.py --turns $turns || failed="$failed hooks"
# shellcheck disable=SC2086  # words
python3 agents.py $agents || failed="$failed agents"
python3 tool_servers.py || failed="$failed tool_servers"
python3 mcp_http.py --sessions $sessions --aborts $calls || failed="$failed mcp_http"
if [ -f "${ROOST_EMBEDDING_MODEL:-../.build/models/all-MiniLM-L6-v2}/config.json" ]; then
    python3 embedding.py --rounds $kills || failed="$failed embedding"
else
    echo "embedding: left out, there is no embedding model (make bootstrap)"
fi
if [ -n "$failed" ]; then
    echo "fault drills failed:$failed" >&2
    exit 1
fi
echo "fault drills: all passed"
