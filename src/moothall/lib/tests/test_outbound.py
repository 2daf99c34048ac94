"""What leaves this house: no private address unless it is named so, and every way of failing is a value."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from moothall.lib import outbound
from moothall.lib.connections import connection_of
from moothall.lib.outbound import House, NoAnswer, NotReached, Reply


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        content = {"/large": b"x" * 2_000_000, "/words": b"words", "/list": b"[1]"}.get(self.path, b'{"a": 1}')
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        if self.path == "/silent":
            return
        self.wfile.write(content)

    def do_POST(self):
        self.server.asked += 1
        self.close_connection = True

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    serving = HTTPServer(("127.0.0.1", 0), Handler)
    serving.asked = 0
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


def house(server, **more):
    return House(f"http://127.0.0.1:{server.server_address[1]}", **{"private": True, **more})


@pytest.mark.parametrize(
    ("path", "body"), [("/x", {"a": 1}), ("/words", {}), ("/list", {"items": [1]})]
)
def test_an_answer_is_a_reply(server, path, body):
    assert house(server).ask("GET", path) == Reply(200, body)


def test_a_private_address_is_not_reached_unless_it_is_named_so(server, monkeypatch):
    assert isinstance(house(server, private=False).ask("GET", "/x"), NotReached)
    # A name that is public when it is looked at, and private afterwards, is connected to where it was looked at.
    looked = []

    def turning(host, port):
        looked.append(host)
        return ["203.0.113.1"] if len(looked) == 1 else ["127.0.0.1"]

    monkeypatch.setattr(outbound, "addresses_of", turning)
    away = House(f"http://example.test:{server.server_address[1]}", private=False)
    assert isinstance(away.ask("POST", "/x"), NotReached)
    assert server.asked == 0
    assert looked == ["example.test"]


def test_a_redirect_is_not_followed(server):
    assert house(server).ask("GET", "/away").status == 302
    assert server.asked == 1


def test_too_long_is_no_answer(server):
    assert isinstance(house(server).ask("GET", "/large"), NoAnswer)


def test_no_answer_is_told_from_not_reached_and_a_write_is_asked_once(server):
    assert isinstance(house(server).ask("POST", "/x", body={}), NoAnswer)
    assert server.asked == 1
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = House(f"http://127.0.0.1:{closed.getsockname()[1]}", private=True)
        assert isinstance(away.ask("POST", "/x"), NotReached)


def test_the_operators_file_says_who_is_joined_to_what(tmp_path):
    file = tmp_path / "connections.json"
    assert connection_of("messages", "E07000131", str(file)) is None
    assert connection_of("messages", "E07000131", "") is None
    entry = {"vendor": "v", "address": "https://example.test", "councils": {"E07000131": {"api_key": "k"}}}
    file.write_text(json.dumps({"messages": entry, "payments": {**entry, "every": {"api_key": "e"}}}))
    assert connection_of("messages", "E07000131", str(file)).own == {"api_key": "k"}
    assert connection_of("messages", "E07000130", str(file)) is None
    assert connection_of("payments", "E07000130", str(file)).own == {"api_key": "e"}
    assert connection_of("messages", "E07000131", str(file)).private is False
