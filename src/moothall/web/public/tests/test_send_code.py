"""The code goes to whoever asks for it, by text or e-mail, a few times; and a page that breaks still shows it."""
from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from moothall.contacts.models import Contact
from moothall.domain.telephone import dialled
from moothall.messages.models import Message
from moothall.tenancy import scope as scopes
from moothall.tenancy.models import Council
from moothall.web.pages import public_failed
from moothall.web.public.tests.conftest import Resident
from moothall.web.public.tests.test_codes import begun
from moothall.web.public.tests.test_runs import of_web, seen_whole


def messages() -> list[Message]:
    return [row for row in of_web(Message) if row.template in ("code-to-return", "reference-and-code")]


def send(resident: Resident, to: str) -> None:
    resident.send(f"/form/{resident.run}/send-code/", to=to)


def test_the_code_is_sent_and_opens_the_answers(resident: Resident, town: Any) -> None:
    code = begun(resident, town.mill_lane)
    assert f"/form/{resident.run}/send-code/" in resident.get(f"/form/{resident.run}/saved/")
    assert "Where shall we send your code?" in resident.get(f"/form/{resident.run}/send-code/")
    send(resident, "07700 900123")
    assert "We will send your code" in resident.words and "07700 900123" in resident.words
    (message,) = messages()
    plain = code.replace(" ", "")
    assert (message.template, message.channel, message.to) == ("code-to-return", "sms", "+447700900123")
    assert code in message.body and f"/go-on/?code={plain}" in message.body
    assert plain not in message.shown.replace(" ", ""), "nobody reads it in the list of what was sent"
    (contact,) = of_web_contacts()
    assert message.contact_id == contact.pk


def of_web_contacts() -> list[Contact]:
    with seen_whole():
        return list(Contact.objects.filter(channel="web"))


def test_after_it_was_sent_the_reference_goes_with_it(resident: Resident, town: Any) -> None:
    resident.fill(town.mill_lane)
    resident.send(resident.path, seen=resident.seen)
    assert "Send them to me" in resident.words
    send(resident, "ana@example.org")
    (message,) = messages()
    assert (message.template, message.channel) == ("reference-and-code", "email")
    assert "/how-it-stands/" in message.body and message.subject.startswith("Your reference HB-")
    assert len(of_web_contacts()) == 1


@pytest.mark.parametrize("to", ["", "0123", "999", "ana@", "+44", "07700 900123; 07700 900124", "x" * 300,
                                "01632 960123", "0800 123456", "+44 20 7946 0123"])
def test_what_nothing_can_be_sent_to_is_said(resident: Resident, town: Any, to: str) -> None:
    begun(resident, town.mill_lane)
    send(resident, to)
    assert "There is a problem" in resident.words and "We will send" not in resident.words
    assert messages() == []


def test_nobody_is_written_to_without_end(resident: Resident, town: Any) -> None:
    begun(resident, town.mill_lane)
    for number in range(5):
        send(resident, f"07700 90012{number}")
    assert "We have sent it 3 times already" in resident.words and len(messages()) == 3


@pytest.fixture
def another_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes the run's contact while this one's next act waits for the run, its scope open already."""
    meanwhile = iter([
        "SELECT moothall.own_contact(NULL, NULL)",
        "UPDATE scripts_run SET contact_id = (current_setting('moothall.own_contact')::bigint[])[1]",
        "SELECT set_config('moothall.own_contact', '', true)",
    ])
    given = scopes._given

    def waited(first: scopes.First | None) -> Any:
        if first and first.values[-1]:
            with connection.cursor() as cursor:
                for statement in meanwhile:
                    cursor.execute(statement)
        return given(first)

    monkeypatch.setattr(scopes, "_given", waited)


@pytest.mark.usefixtures("another_window")
@pytest.mark.parametrize(("act", "sent", "told"), [
    ("send-code", {"to": "07700 900123"}, "We will send your code"),
    ("ring", {"phone": "07700 900123"}, "We will ring you"),
])
def test_two_clicks_at_once_end_in_one_contact(
    resident: Resident, town: Any, act: str, sent: dict[str, str], told: str
) -> None:
    begun(resident, town.mill_lane)
    resident.send(f"/form/{resident.run}/{act}/", **sent)
    assert told in resident.words
    assert len(of_web_contacts()) == 1


def test_a_page_that_breaks_shows_the_code(resident: Resident, town: Any, rf: RequestFactory) -> None:
    code = begun(resident, town.mill_lane)
    request = rf.get(f"/form/{resident.run}/check/", headers={"Host": "harborough.localhost"})
    request.COOKIES[f"run-{resident.run}"] = resident.client.cookies[f"run-{resident.run}"].value
    page = public_failed(request)
    words = page.content.decode()
    assert page.status_code == 500 and code in words and "Your answers are saved" in words
    assert "buttons on your phone" not in words, "that is for agents"
    council = Council.objects.get(pk=2)
    assert council.name in words and f'href="tel:{dialled(council.phone)}"' in words, "whose page it is, and its number"
    other = public_failed(rf.get("/form/1/check/"))
    assert code not in other.content.decode() and "Try again" in other.content.decode()


def test_where_it_is_isnt_asked_twice(resident: Resident, town: Any) -> None:
    page = resident.get(f"/do/missed-bin/?postcode=LE16+7ZZ&property={town.mill_lane}")
    assert 'name="postcode" value="LE16 7ZZ"' in page and "At LE16 7ZZ" in resident.words
    resident.send("/do/missed-bin/", postcode="LE16 7ZZ", property=str(town.mill_lane))
    assert resident.path.endswith("/q/bin/")
    resident.send("/do/missed-bin/", postcode="LE16 7ZZ", property="987654321")
    assert resident.path.endswith("/q/property/"), "an address that isn’t there is asked for"
    resident.send("/do/missed-bin/", postcode="nonsense")
    assert resident.path.endswith("/q/postcode/")
