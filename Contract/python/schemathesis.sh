#!/bin/sh
# Property tests over the server's own GET /openapi.json: no server error, and every answer has the status, the content
# type and the shape that the document promises.
#   Contract/python/schemathesis.sh                 as long as `make test` can afford
#   MAX_EXAMPLES=500 Contract/python/schemathesis.sh --seed 7
# The change feed is left out: it never ends. Providers are asked through a proxy that is not there, so that no service
# gets made-up keys.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
st="$("$here/venv.sh" schemathesis)/bin/st"
export PYTHONPATH="$here/../../Scripts"
for name in http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do export "$name=http://127.0.0.1:9"; done
export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
cd "$(mktemp -d)"
exec python3 -m proof.with_server timeout "${TIME_LIMIT:-1800}" "$st" --config-file "$here/schemathesis.toml" run '{url}/openapi.json' \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing,stateful \
    --exclude-path-regex 'roost/events' \
    --max-examples "${MAX_EXAMPLES:-15}" --seed "${SEED:-20}" --continue-on-failure --no-shrink --workers 1 \
    --request-timeout 10 --suppress-health-check all --warnings off "$@"
