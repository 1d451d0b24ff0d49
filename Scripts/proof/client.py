"""A small JSON client on one kept-alive connection; errors come back as statuses, not as exceptions.

It says that it is curl: a client without a name would count as a new SDK, which gets relations only on request.
"""

import http.client
import json
import urllib.parse


class Reply:
    """What came back: `status`, `headers` (lower case), raw `body`, and `json()` of it."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body) if self.body else None

    @property
    def detail(self):
        """The `detail` of an error body as text; empty where there is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return ""
        found = value.get("detail", "") if isinstance(value, dict) else ""
        return found if isinstance(found, str) else json.dumps(found)

    def __repr__(self):
        return f"Reply({self.status}, {self.body[:300]!r})"


class Client:
    """`Client(server.url).post("/v1/blocks/", {...})`. Not for use by several threads at once."""

    def __init__(self, url, timeout=30.0, headers=None):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.timeout = parts.hostname, parts.port, timeout
        self.headers = headers or {}
        self.connection = None

    def request(self, method, path, body=None, headers=None, query=None):
        if query:
            path += ("&" if "?" in path else "?") + urllib.parse.urlencode(query, doseq=True)
        sent = {"Accept": "application/json", "User-Agent": "curl/8.5.0", **self.headers, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, sent)
            answer = self.connection.getresponse()
            content = answer.read()
        except BaseException:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, content)

    def get(self, path, query=None, **more):
        return self.request("GET", path, query=query, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.request("PATCH", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def every(self, path, query=None, size=200):
        """All items of a list route, by its `after` cursor."""
        items, after = [], None
        while True:
            page = self.get(path, {**(query or {}), "limit": size, **({"after": after} if after else {})})
            if page.status != 200:
                raise AssertionError(f"GET {path}: {page!r}")
            found = page.json()
            if not found:
                return items
            items += found
            after = found[-1]["id"]

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
