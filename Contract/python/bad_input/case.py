"""One malformed request, and how its answer is judged.

A case says how it is sent (over HTTP, or as bytes on a socket) and what may come back:
* `malformed`: a 4xx with a useful detail; where the case knows the field at fault, the detail names it
* `odd`: legal or debatable; any answer below 500 will do
* `garbage`: bytes that are no HTTP request; one of `allowed` statuses, or the connection closed where 0 is in it
"""

import dataclasses
import json

X = "00000000-0000-4000-8000-00000000dead"


@dataclasses.dataclass
class Case:
    name: str
    method: str = "GET"
    path: str = "/"
    body: bytes | None = None
    headers: dict = dataclasses.field(default_factory=dict)
    kind: str = "malformed"
    field: str | None = None
    raw: bytes | None = None
    allowed: tuple = ()


def json_case(name, method, path, value, **more):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Case(name, method, path, body, {"Content-Type": "application/json"}, **more)
