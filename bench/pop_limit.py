"""The floor of the screen pop on this machine: event -> row and NOTIFY in one transaction -> LISTEN -> SSE -> client.

    python pop_limit.py DSN [--desks 200] [--rate 100] [--events 800] [--everyone]

A bare ASGI application under uvicorn, one LISTEN connection for the process, one queue for each desk; no look-up, no
page. DSN is any PostgreSQL that you may write to (it makes a table pop_event). Prints p50, p95, p99 and the loss.
"""
from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import socket
import threading
import time

import psycopg
import uvicorn


def make_app(dsn: str):
    desks: dict[str, asyncio.Queue] = {}

    async def listen():
        c = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
        await c.execute("LISTEN pop_limit")
        async for n in c.notifies():
            who, _, rest = n.payload.partition(":")
            message = b"event: pop\ndata: " + rest.encode() + b"\n\n"
            for q in desks.values() if who == "*" else filter(None, [desks.get(who)]):
                q.put_nowait(message)

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                if (await receive())["type"] == "lifespan.startup":
                    app.task = asyncio.create_task(listen())
                    await send({"type": "lifespan.startup.complete"})
                else:
                    return await send({"type": "lifespan.shutdown.complete"})
        q = desks[scope["query_string"].decode()] = asyncio.Queue()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
        while True:
            await send({"type": "http.response.body", "body": await q.get(), "more_body": True})

    return app


def serve(dsn, port):
    uvicorn.run(make_app(dsn), port=port, log_level="error", access_log=False)


def exchange(dsn, a, done):
    c, due = psycopg.connect(dsn), time.perf_counter()
    for _ in range(a.events):
        due += 1 / a.rate
        time.sleep(max(0.0, due - time.perf_counter()))
        who, at = ("*" if a.everyone else str(random.randrange(a.desks))), time.perf_counter()
        with c.transaction():
            c.execute("INSERT INTO pop_event(body) VALUES ('{}')", prepare=True)
            c.execute("SELECT pg_notify('pop_limit', %s)", (f"{who}:{at!r}|" + "x" * 200,), prepare=True)
    time.sleep(1.5)
    done.set()


async def desk(port, i, ready, late):
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(f"GET /?{i} HTTP/1.1\r\nHost: desk\r\n\r\n".encode())
    while line := await r.readline():
        if line.startswith(b": open"):
            ready.release()
        elif line.startswith(b"data: "):
            late.append(time.perf_counter() - float(line[6:].split(b"|")[0]))


async def measure(a, port):
    ready, late, done = asyncio.Semaphore(0), [], threading.Event()
    tasks = [asyncio.create_task(desk(port, i, ready, late)) for i in range(a.desks)]
    for _ in tasks:
        await ready.acquire()
    threading.Thread(target=exchange, args=(a.dsn, a, done), daemon=True).start()
    while not done.is_set():
        await asyncio.sleep(0.05)
    for t in tasks:
        t.cancel()
    late.sort()
    p = lambda x: 1000 * late[min(len(late) - 1, int(len(late) * x))]  # noqa: E731
    want = a.events * (a.desks if a.everyone else 1)
    print(f"desks {a.desks} rate {a.rate:g}/s {'everyone' if a.everyone else 'one desk'}: p50 {p(0.5):.2f} "
          f"p95 {p(0.95):.2f} p99 {p(0.99):.2f} ms, lost {want - len(late)} of {want}")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("dsn")
    ap.add_argument("--desks", type=int, default=200)
    ap.add_argument("--rate", type=float, default=100)
    ap.add_argument("--events", type=int, default=800)
    ap.add_argument("--port", type=int, default=8897)
    ap.add_argument("--everyone", action="store_true")
    a = ap.parse_args()
    with psycopg.connect(a.dsn) as c:
        c.execute("CREATE TABLE IF NOT EXISTS pop_event"
                  "(id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), body jsonb)")
    server = multiprocessing.Process(target=serve, args=(a.dsn, a.port), daemon=True)
    server.start()
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", a.port)) == 0:
                break
        time.sleep(0.05)
    asyncio.run(measure(a, a.port))
    server.kill()  # not terminate: a graceful stop waits for the open streams


if __name__ == "__main__":
    main()
