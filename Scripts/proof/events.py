"""Server-sent events as they are on the wire."""

import http.client
import json


class Events:
    """The events of one answer: iterate for (name, data); `data` is the object, or text such as `[DONE]`."""

    def __init__(self, url, path, body=None, timeout=20, headers=None, method="POST"):
        host = url.removeprefix("http://")
        self.connection = http.client.HTTPConnection(host, timeout=timeout)
        fields = {"content-type": "application/json", "user-agent": "curl/8.5.0", **(headers or {})}
        self.connection.request(method, path, json.dumps(body or {}), fields)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.headers = {name.lower(): value for name, value in self.answer.getheaders()}
        self.raw = []

    def __iter__(self):
        assert self.status == 200, self.answer.read()
        name, data = None, None
        for line in self.answer:
            self.raw.append(line)
            text = line.decode().rstrip("\r\n")
            if text.startswith("event:"):
                name = text[6:].strip()
            elif text.startswith("data:"):
                data = text[5:].strip()
            elif not text and data is not None:
                yield name, (data if data == "[DONE]" else json.loads(data))
                name, data = None, None

    def messages(self):
        """All data but pings and the end, in order; the stream has to end with `[DONE]`."""
        everything = [data for _, data in self]
        assert everything and everything[-1] == "[DONE]", everything[-3:]
        return [data for data in everything[:-1] if data["message_type"] != "ping"]

    def first(self, kind):
        """Reads until a message of this kind."""
        for _, data in self:
            if data != "[DONE]" and data["message_type"] == kind:
                return data
        raise AssertionError(f"no {kind} came")

    def close(self):
        self.answer.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
