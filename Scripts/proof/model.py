#!/usr/bin/env python3
"""A scripted model server for tests, drills and benchmarks: no model, no network, standard library only.

Scripts/proof/model.py [--port 0] [--latency 0] [--gap 0] [--size 12]

It speaks OpenAI (chat completions, responses, embeddings, models), Anthropic (messages, models), Google
(generateContent, streamGenerateContent, embeddings, models) and Ollama's lists, plain and streamed. The base URLs are
http://HOST:PORT/v1 (OpenAI) and http://HOST:PORT (Anthropic, Google, Ollama). What it answers:

1. What was posted: `POST /script [answer, ...]`, each used once, in order (`scripted/answer.py` has the names):
   "hi"   {"think": "..", "text": "hi", "usage": {"cached": 5}}   {"calls": [["tool", {"a": 1}], ["other", "no JSON"]]}
   {"pieces": [{"text": "a"}, {"call": "t", "arguments": {}, "id": "x"}], "finish": "length", "gap": 0.05}
   {"fault": {"kind": "status", "status": 429, "retry_after": 1}, "when": "only if the request has this text"}
2. else what directive lines in the last user message say: REPLY hi, CALL tool {"a": 1}, FAIL 500
   (`scripted/directives.py` has them all);
3. else `ok: ` and what the user said.

`GET /requests?last=1&after=NUMBER&has=TEXT`: what was received. `GET /stats`: counts, open connections, those that the
client closed before the end, and violations of the services' rules in what was received (`scripted/validity.py`).
`POST /settings {"latency", "gap", "size", "strict", "keys", "models"}`, `POST /reset`, `POST /listing-faults [fault]`.
Faults are in `scripted/faults.py`. It prints its address when it listens.
"""

import argparse
import asyncio
import contextlib
import gc
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from proof.scripted.connection import Connection  # noqa: E402
from proof.scripted.service import Service  # noqa: E402


async def serve(asked):
    loop = asyncio.get_running_loop()
    service = Service(loop, latency=asked.latency, gap=asked.gap, size=asked.size)
    server = await loop.create_server(lambda: Connection(service), asked.host, asked.port, backlog=2048)
    host, port = server.sockets[0].getsockname()[:2]
    print(f"http://{host}:{port}", flush=True)
    # What is kept has no cycles; looking for them again and again would delay pieces.
    gc.freeze()
    async with server:
        await server.serve_forever()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--gap", type=float, default=0.0, help="seconds between pieces of a stream")
    options.add_argument("--size", type=int, default=12, help="characters in a piece")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.parse_args()))


if __name__ == "__main__":
    main()
