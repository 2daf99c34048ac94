"""The package as a program of its own: it fills its store from a file of homes, and knows it after a restart."""

import json

from tests.simulator_process import simulator

HOMES = [
    {"la": "E07000130", "uprn": 990000000001, "addr": "1 Mill Lane", "people": ["Ana Kowalska"]},
    {"la": "E07000131", "uprn": 990000000002, "addr": "2 Mill Lane", "people": [], "grd": True},
]


def test_what_was_posted_and_opened_is_there_after_a_restart(tmp_path):
    homes = tmp_path / "homes.jsonl"
    homes.write_text("\n".join(map(json.dumps, HOMES)))
    options = ("--store", str(tmp_path / "store.sqlite"), "--homes", str(homes))
    post = "/tsapi/v2/E07000130/txns/k1"
    with simulator("revenues", *options, "--today", "2026-11-26") as running:
        acref = running.ask("GET", "/tsapi/v2/E07000130/accounts?uprn=990000000001")["data"][0]["acref"]
        before = running.ask("GET", f"/tsapi/v2/E07000130/accounts/{acref}")
        posted = running.ask("POST", post, {"op": "NOTE", "acref": acref})
        assert posted["rc"] == "00"
    with simulator("revenues", *options, "--today", "2027-02-01") as running:
        assert running.ask("GET", f"/tsapi/v2/E07000130/accounts/{acref}") == before
        assert running.ask("GET", post)["posting"] == posted["posting"]
        assert running.ask("GET", "/tsapi/v2/E07000131/dwellings/990000000002")["rc"] == "00"
