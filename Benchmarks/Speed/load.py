"""A closed-loop load generator on one thread: N kept-alive connections, each with one request under way."""

import json
import selectors
import socket
import time


class Connection:
    """One socket and the answer that is arriving on it."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received, self.sent_at, self.wanted = bytearray(), 0.0, None

    def send(self, request):
        self.received.clear()
        self.wanted = None
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def finished(self):
        """Reads what is there; true when the answer is whole."""
        block = self.socket.recv(262144)
        if not block:
            raise ConnectionError("the server closed a kept-alive connection")
        self.received += block
        if self.wanted is None:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.received[:end]).lower()
            at = head.find(b"content-length:")
            self.wanted = (
                -1
                if at < 0
                else end + 4 + int(head[at + 15 : (head.find(b"\r\n", at) + len(head) + 1) % (len(head) + 1)])
            )
        if self.wanted < 0:
            return self.received.endswith(b"0\r\n\r\n")
        return len(self.received) >= self.wanted

    @property
    def status(self):
        return int(self.received[9:12])


def encoded(method, path, body=None):
    """The bytes of a request."""
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


class Load:
    """Runs an operation, a function from a number to (method, path, body), for a time or a count."""

    def __init__(self, host, port):
        self.host, self.port = host, port

    def run(self, operation, connections, seconds, most=10**9):
        """Sorted seconds of each answer, the number of errors, and the wall time."""
        chooser = selectors.EpollSelector()
        open_ones = [Connection(self.host, self.port) for _ in range(connections)]
        times, errors, started, number = [], 0, time.perf_counter(), 0
        until, busy = started + seconds, 0
        for one in open_ones:
            chooser.register(one.socket, selectors.EVENT_READ, one)
            if number < most:
                one.send(encoded(*operation(number)))
                number, busy = number + 1, busy + 1
        while busy:
            for key, _ in chooser.select(30):
                one = key.data
                if not one.finished():
                    continue
                now = time.perf_counter()
                times.append(now - one.sent_at)
                errors += one.status >= 300
                if now < until and number < most:
                    one.send(encoded(*operation(number)))
                    number += 1
                else:
                    busy -= 1
        wall = time.perf_counter() - started
        for one in open_ones:
            one.socket.close()
        chooser.close()
        return sorted(times), errors, wall


def percentile(times, share):
    """Milliseconds below which a share of the sorted times lies."""
    return times[min(len(times) - 1, int(len(times) * share))] * 1000 if times else float("nan")
