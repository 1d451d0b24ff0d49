"""Writes what is planned when it is due: one timer for all connections, so that hundreds of streams cost little."""

import heapq
import itertools
import socket
import struct

from .faults import CLOSE, RESET


class Pace:
    """Calls back at times of the loop's clock. What is due within half a millisecond is done at once."""

    def __init__(self, loop):
        self.loop, self.waiting, self.order, self.timer = loop, [], itertools.count(), None

    def at(self, due, call):
        heapq.heappush(self.waiting, (due, next(self.order), call))
        if self.timer is None or due < self.timer.when():
            self.arm()

    def arm(self):
        if self.timer:
            self.timer.cancel()
        self.timer = self.loop.call_at(self.waiting[0][0], self.tick) if self.waiting else None

    def tick(self):
        self.timer, until = None, self.loop.time() + 0.0005
        while self.waiting and self.waiting[0][0] <= until:
            heapq.heappop(self.waiting)[2]()
        self.arm()


class Delivery:
    """Carries out one plan on one connection; `done(True)` when all was written, `done(False)` when it ended early."""

    def __init__(self, transport, steps, pace, done):
        self.transport, self.steps, self.pace, self.done = transport, iter(steps), pace, done
        self.due = pace.loop.time()
        self.ended = False

    def run(self):
        if self.ended:
            return
        out = []
        for step in self.steps:
            if isinstance(step, bytes):
                out.append(step)
            elif callable(step):
                out.append(step())
            elif isinstance(step, float):
                if step > 0:
                    self.write(out)
                    # From when it was due, not from now: delays do not add up.
                    self.due += step
                    self.pace.at(self.due, self.run)
                    return
            else:
                self.write(out)
                return self.cease(step)
        self.write(out)
        self.end(True)

    def write(self, out):
        if out:
            self.transport.write(b"".join(out) if len(out) > 1 else out[0])

    def cease(self, how):
        self.end(True)
        if how == CLOSE:
            self.transport.close()
        elif how == RESET:
            plug = self.transport.get_extra_info("socket")
            # To linger for no time makes the kernel answer with a reset.
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()

    def end(self, finished):
        if not self.ended:
            self.ended = True
            self.done(finished)
