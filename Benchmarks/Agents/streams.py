"""Many streams at once from one thread; the pieces hold the times at which the model sent them."""

import asyncio
import json
import re
import threading
import time

from proof import process

STAMP = re.compile(rb"\d{10}\.\d{6}")


class Reader(asyncio.Protocol):
    """Posts one request and notes how old each stamp is when it arrives."""

    def __init__(self, host, path, body, delays, ended):
        self.host, self.path, self.body, self.delays, self.ended = host, path, body, delays, ended
        self.rest, self.count, self.status = b"", 0, b""

    def connection_made(self, transport):
        self.transport = transport
        head = f"POST {self.path} HTTP/1.1\r\nhost: {self.host}\r\ncontent-type: application/json\r\n"
        transport.write(f"{head}content-length: {len(self.body)}\r\n\r\n".encode() + self.body)

    def data_received(self, data):
        now = time.time()
        if not self.status:
            self.status = data[:15]
        data = self.rest + data
        last = 0
        for found in STAMP.finditer(data):
            self.delays.append(now - float(found.group()))
            self.count += 1
            last = found.end()
        # A stamp may be cut by the end of what was read.
        self.rest = data[max(last, len(data) - 16) :]
        if b"[DONE]" in data:
            self.transport.close()

    def connection_lost(self, error):
        if not self.ended.done():
            self.ended.set_result((self.count, self.status))


def to_model(words):
    """The same stream asked of the model itself."""
    return {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": words}]}


def run(url, paths, body, tokens):
    """Percentiles of the delays of all pieces; AssertionError when one is missing."""
    delays = []
    counts = asyncio.run(read_all(url, paths, json.dumps(body).encode(), delays))
    short = [found for found in counts if found[0] != tokens]
    assert not short, f"{len(short)} of {len(paths)} streams are not whole; one brought {short[0]} of {tokens} pieces"
    return summary(delays)


async def read_all(url, paths, body, delays):
    loop = asyncio.get_running_loop()
    host, waiting = url.removeprefix("http://"), []
    port = int(host.rpartition(":")[2])
    for path in paths:
        ended = loop.create_future()
        await loop.create_connection(lambda p=path, e=ended: Reader(host, p, body, delays, e), "127.0.0.1", port)
        waiting.append(ended)
        # As people would: not all within one moment, and spread over the time between two pieces.
        await asyncio.sleep(0.003)
    return await asyncio.wait_for(asyncio.gather(*waiting), 300)


def summary(delays):
    assert delays, "nothing was measured"
    ordered = sorted(delays)

    def at(share):
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)

    return {"p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1), "count": len(ordered)}


class Peak:
    """The most memory that a process held while it was watched, in MiB."""

    def __init__(self, pid):
        self.pid, self.rss, self.over = pid, 0.0, threading.Event()

    def watch(self):
        while not self.over.wait(0.25):
            self.rss = max(self.rss, process.memory(self.pid)["rss"])

    def __enter__(self):
        self.rss = process.memory(self.pid)["rss"]
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
