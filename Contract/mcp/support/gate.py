"""A way to a server that can be held and cut: what passes it waits until it is let go, so a call is under way for as
long as a test wants; and connections break when a test wants."""

import contextlib
import socket
import threading


class Answer:
    """What came back on one connection since the last tool call went out on it."""

    def __init__(self):
        self.received = None

    def asked(self, data):
        if b'"tools/call"' in data:
            self.received = b""

    def begins_with(self, data):
        """Whether these bytes are the first that make the answer a stream with an event to come back to."""
        if self.received is None:
            return False
        self.received += data
        if b"text/event-stream" not in self.received or b"\nid:" not in self.received:
            return False
        self.received = None
        return True


class Gate:
    """A TCP relay to a port. `with Gate(server.port) as gate: gate.url`."""

    def __init__(self, port):
        self.target = port
        self.is_open = threading.Event()
        self.is_open.set()
        self.arrived = threading.Semaphore(0)
        self.dropped = threading.Semaphore(0)
        self.clients, self.streams_begun = set(), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def hold(self):
        """From now on nothing passes; `arrived` counts what waits, `dropped` who went away waiting."""
        self.is_open.clear()

    def release(self):
        self.is_open.set()

    def cut(self):
        """Breaks every connection that is there now; new ones pass."""
        for client in list(self.clients):
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            self.clients.add(client)
            answer = Answer()
            threading.Thread(target=self._back, args=(server, client, answer), daemon=True).start()
            while data := client.recv(65536):
                answer.asked(data)
                if not self.is_open.is_set():
                    self.arrived.release()
                    if not self._wait(client):
                        self.dropped.release()
                        return
                server.sendall(data)

    def _wait(self, client):
        """Whether the client is still there when the gate opens."""
        client.settimeout(0.05)
        while not self.is_open.is_set():
            try:
                if client.recv(1, socket.MSG_PEEK) == b"":
                    return False
                self.is_open.wait(0.05)
            except TimeoutError:
                continue
        client.settimeout(None)
        return True

    def _back(self, server, client, answer):
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
                if answer.begins_with(data):
                    self.streams_begun += 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()
        self.listener.close()
