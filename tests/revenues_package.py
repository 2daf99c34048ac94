"""The simulated revenues package in this process, and the connections' file that leads to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from simulators.revenues import codes
from simulators.revenues.accounts import Home
from simulators.revenues.store import Store
from simulators.revenues.web import Server

__all__ = ["KEY", "Home", "codes", "running_package"]
TODAY = date(2026, 11, 26)
KEY = "key-of-the-test"


@contextmanager
def running_package(folder: Path, homes: list[Home]) -> Iterator[tuple[Server, str]]:
    """The package with accounts for these homes, and the path of a connections' file for their councils."""
    store = Store(":memory:")
    store.fill(homes, TODAY)
    server = Server(("127.0.0.1", 0), store, {home.authority: KEY for home in homes})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    file = folder / "connections.yaml"
    councils = {home.authority: {"authority": home.authority, "key": KEY} for home in homes}
    address = f"http://127.0.0.1:{server.server_address[1]}"
    entry = {"vendor": "tallystick", "address": address, "private": True, "councils": councils}
    file.write_text(json.dumps({"revenues": entry}))
    try:
        yield server, str(file)
    finally:
        server.end()
        thread.join()
