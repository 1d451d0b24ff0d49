"""HTTP/1.1 for the scripted model: requests one after the other on a connection, bodies plain or chunked."""

import asyncio

from .pace import Delivery


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = target.partition("?")


class Connection(asyncio.Protocol):
    """`service.answer(request, connection)` gives the plan of a reply; `service` counts what happens."""

    def __init__(self, service):
        self.service, self.buffer, self.delivery = service, bytearray(), None
        self.asked_model = False
        self.closing = False

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=1 << 20)

    def connection_lost(self, error):
        if self.delivery:
            self.delivery.end(False)
        self.service.left(self)

    def data_received(self, received):
        self.buffer += received
        self.serve()

    def serve(self):
        while self.delivery is None and self.buffer:
            request = self.take()
            if request is None:
                return
            self.closing = request.headers.get("connection", "").lower() == "close"
            steps, done = self.service.answer(request, self)
            self.delivery = Delivery(
                self.transport, steps, self.service.pace, lambda ok, then=done: self.over(ok, then)
            )
            self.delivery.run()

    def over(self, finished, done):
        self.delivery = None
        done(finished)
        if finished and self.closing:
            self.transport.close()
        elif finished and self.buffer:
            self.service.pace.loop.call_soon(self.serve)

    def take(self):
        """The next request; None when it is not whole yet."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = bytes(self.buffer[:end]).decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body, until = self.body_of(headers, end + 4)
        if body is None:
            if headers.get("expect", "").lower() == "100-continue" and len(self.buffer) == end + 4:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        method, target, _ = first.split(" ", 2)
        del self.buffer[:until]
        return Request(method, target, headers, body)

    def body_of(self, headers, start):
        if headers.get("transfer-encoding", "").lower() != "chunked":
            until = start + int(headers.get("content-length") or 0)
            return (bytes(self.buffer[start:until]), until) if len(self.buffer) >= until else (None, 0)
        parts, at = [], start
        while True:
            line = self.buffer.find(b"\r\n", at)
            if line < 0:
                return None, 0
            size = int(bytes(self.buffer[at:line]).split(b";")[0], 16)
            at = line + 2 + size + 2
            if len(self.buffer) < at:
                return None, 0
            if size == 0:
                return b"".join(parts), at
            parts.append(bytes(self.buffer[line + 2 : at - 2]))
