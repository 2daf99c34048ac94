"""What a council published is on the desk of whoever answers for it: its logo, how to speak for it, its greeting."""
from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from moothall.domain.safe_svg import make_harmless
from moothall.identity.actions import publish_identity, save_identity
from moothall.identity.check import Said
from moothall.identity.tests.test_identity import harborough, nothing_kept  # noqa: F401
from moothall.tenancy.models import Council
from moothall.web.desk import bundle
from moothall.web.desk.tests.conftest import desk  # noqa: F401

LOGO = make_harmless(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>').svg
TEXTS = {
    "name": "Harborough Council", "short_name": "Harborough", "greeting": "Usual of {council}", "tone": "One\n\nTwo",
}  # fmt: skip


def test_an_agent_sees_whose_call_it_is_and_how_to_speak(desk: Any, harborough: Council, monkeypatch: Any) -> None:  # noqa: F811
    greeted: dict[str, Any] = {}
    monkeypatch.setattr(bundle, "line", lambda number: SimpleNamespace(name="Bins", council=2))
    monkeypatch.setattr(bundle, "greeting", lambda line, share, name, **more: greeted.update(more) or "Hello")
    save_identity(harborough, Said("#1E5B4F", "", LOGO, {"en": TEXTS}), read="0.0", by=None)
    publish_identity(harborough, read="0.1", by=None)
    idle = desk.ask("/desk/", whole=True).content.decode()
    assert f"/logos/{harborough.logo}.svg" in idle, "beside the services that this agent answers"
    desk.ring()
    text = desk.ask("/desk/", whole=True).content.decode()
    assert f"/logos/{harborough.logo}.svg" in text and "How to speak for Harborough" in text
    assert "<p dir=\"auto\">One</p><p dir=\"auto\">Two</p>" in text
    assert greeted == {"usual": "Usual of {council}", "council": "Harborough Council"}
