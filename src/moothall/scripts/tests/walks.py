"""Walking through a script in a test."""

from datetime import UTC, datetime

from moothall.contacts.actions import open_need
from moothall.contacts.models import Contact
from moothall.scripts.actions import start_run
from moothall.scripts.answering import answer_step
from moothall.scripts.queries import current

LONG_NAME = "O'Brien-ab Őz"
LONG_MAIL = "o'brien-ab.őz@example.org"
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=UTC)


def begun(world, script="missed-bin"):
    contact = Contact.objects.get(pk=world.home["contact"])
    need = open_need(contact=contact, service=524, kind=script, title="Missed bin")
    return start_run(contact=contact, need=need, script_key=script)


def answered(run, **answers):
    for key, value in answers.items():
        view = current(run)
        assert view.key == key, view
        run = answer_step(run, key, value, seen_version=view.version)
    return run


def to_the_bin(world, home, **more):
    return answered(begun(world), postcode="le16 7zz", property=str(home), bin="refuse", **more)


LAST = {"was_out": "yes", "tag": "none", "just_you": "me", "stay_out": "yes", "tell": "none"}
