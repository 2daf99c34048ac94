"""The other systems that a demo talks to, each a program of its own: who carries messages, who takes payments …

They and Moothall share nothing but an address and keys, which are written into two files of the demo's folder once.
"""

from __future__ import annotations

import csv
import json
import secrets
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moothall.cli.supervise import Program

COUNCILS = Path(__file__).resolve().parents[1] / "data/councils.csv"
CHANNELS = ("sms", "email", "letter")
HOMES = "homes.jsonl"  # what the tax accounts are made for, written by load-demo beside the callers


def systems(data: Path, ports: Mapping[str, int]) -> list[Program]:
    """The programs, with their stores in the demo's folder."""
    services = data / "notify-services.json"
    return [
        _simulator("notify", ports["messages"], "--services", str(services), "--store", str(data / "notify.sqlite")),
        _simulator("pay", ports["payments"], "--services", str(data / "pay-services.json"),
                   "--store", str(data / "pay.sqlite")),
        _simulator("waste", ports["waste"], "--services", str(data / "waste-services.json"),
                   "--store", str(data / "waste.sqlite")),
        _simulator("revenues", ports["revenues"], "--keys", str(data / "revenues-keys.json"),
                   "--homes", str(data / HOMES), "--store", str(data / "revenues.sqlite")),
    ]


def connections(data: Path, ports: Mapping[str, int], keep: Any) -> Path:
    """The file that joins each council to them, and what they must know of the councils; both made where they lack."""
    made = data / "connections.json"
    keys = _keys(data, keep)
    councils = _councils()
    notify = {
        gss: {"api_key": f"demo-{keys[gss]['service_id']}-{keys[gss]['secret']}",
              **{channel: f"{gss}-{channel}" for channel in CHANNELS}}
        for gss, _ in councils
    }  # fmt: skip
    keep(data / "notify-services.json", json.dumps([
        {"service_id": keys[gss]["service_id"], "secret": keys[gss]["secret"], "name": name,
         "templates": {channel: {"id": f"{gss}-{channel}", "subject": "((subject))", "body": "((body))"}
                       for channel in CHANNELS}}
        for gss, name in councils
    ]))  # fmt: skip
    keep(data / "pay-services.json", json.dumps([{"key": keys[gss]["pay"], "name": name} for gss, name in councils]))
    keep(data / "waste-services.json",
         json.dumps([{"key": keys[gss]["waste"], "name": name} for gss, name in councils]))  # fmt: skip
    keep(data / "revenues-keys.json", json.dumps({gss: keys[gss]["revenues"] for gss, _ in councils}))
    revenues = {gss: {"authority": gss, "key": keys[gss]["revenues"]} for gss, _ in councils}
    waste = {gss: {"api_key": keys[gss]["waste"]} for gss, _ in councils}
    pages = f"http://localhost:{ports['payments']}"
    pay = {gss: {"api_key": keys[gss]["pay"], "pages": pages} for gss, _ in councils}
    entries = {
        "messages": {"vendor": "notify", "address": _address(ports["messages"]), "councils": notify},
        "payments": {"vendor": "govuk_pay", "address": _address(ports["payments"]), "councils": pay},
        "waste": {"vendor": "waste", "address": _address(ports["waste"]), "councils": waste},
        "revenues": {"vendor": "tallystick", "address": _address(ports["revenues"]), "councils": revenues},
    }
    keep(made, json.dumps({port: {"private": True, **entry} for port, entry in entries.items()}, indent=1))
    return made


def _simulator(name: str, port: int, *options: str) -> Program:
    return Program(name, [sys.executable, "-m", f"simulators.{name}", "--port", str(port), *options], pages=port)


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _keys(data: Path, keep: Any) -> dict[str, dict[str, str]]:
    """Each council's keys, made once; a council that came later gets its own."""
    path = data / "keys.json"
    keys: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    for gss, _ in _councils():
        keys.setdefault(gss, {"service_id": str(uuid.uuid4()), "secret": str(uuid.uuid4()),
                              "pay": secrets.token_urlsafe(24), "waste": secrets.token_urlsafe(24)})  # fmt: skip
        keys[gss].setdefault("revenues", secrets.token_urlsafe(24))
    keep(path, json.dumps(keys))
    return keys


def _councils() -> list[tuple[str, str]]:
    with COUNCILS.open(encoding="utf-8", newline="") as file:
        return [(row["gss"], row["name"]) for row in csv.DictReader(file) if row["kind"] == "council"]
