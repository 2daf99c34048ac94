"""How much the desk sends when it is opened: a laptop on a village's line is at work soon."""
from __future__ import annotations

from django.test import Client

from moothall.people.models import Person
from moothall.web.desk.tests.test_script import begin
from moothall.web.tests.first_view import first_view

MOST = 150_000


def test_the_desk_is_light_in_a_call_with_a_script(desk, scripts, as_role, record_property):
    begin(desk)
    client = Client()
    with as_role("web"):
        client.force_login(Person.objects.get(pk=desk.world.sam))
        found = first_view(client, client.get("/desk/"))
    names = {address.partition("?")[0].rsplit("/", 1)[-1] for address in found.sent}
    assert {"staff.css", "desk.js", "desk-say.js", "govuk-frontend.js", "icons.svg", "favicon.svg",
            "atkinson-next-latin.woff2"} <= names, "else the page wasn't followed"  # fmt: skip
    record_property("the desk", f"{found.all} {found.own}")  # bench/first_view.py
    assert found.all <= MOST, found.sent
