"""The one link by which somebody new sets a password: good once, for three days, and never stored."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int, int_to_base36

from moothall.journal.actions import write
from moothall.lib import clock
from moothall.people.models import Person
from moothall.tenancy.models import CORE
from moothall.tenancy.principals import System
from moothall.tenancy.scope import scope


class FirstSignIn(PasswordResetTokenGenerator):
    """Bound to who has no password yet: once one is set, every link for that person is void."""

    key_salt = "moothall.onboarding.invitations"


links = FirstSignIn()


def link_for(person: Person) -> str:
    """The path of a new link for somebody who has no password yet; nothing for who has."""
    return "" if person.has_usable_password() else f"/invited/{int_to_base36(person.pk)}/{links.make_token(person)}/"


def invite_person(person: Person, *, by: Person | None) -> str:
    """The path of a new link, told in the journal without the link itself; nothing for who has a password."""
    link = link_for(person)
    if link and person.employer_id:
        with scope(System("onboard", person.employer_id)):
            body = {"person": by.pk if by else None, "invited": person.pk}
            write("person.invite", council=person.employer_id, service=CORE, at=clock.now(), body=body)
    return link


def invited(uid: str, key: str) -> Person | None:
    """Whose link this is, while it is good."""
    try:
        number = base36_to_int(uid)
    except ValueError:
        return None
    person = Person.objects.filter(pk=number, is_active=True).first()
    good = person is not None and not person.has_usable_password() and links.check_token(person, key)
    return person if good else None


def set_password(person: Person, password: str) -> bool:
    """The first password, by who holds the link. False where another had set one meanwhile: a link is good once."""
    with scope(System("onboard", person.employer_id or 0)):
        now = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if now.has_usable_password() or not now.is_active:
            return False
        now.set_password(password)
        now.save(update_fields=["password"])
        person.password = now.password
        if now.employer_id:
            write("password.set", council=now.employer_id, service=CORE, at=clock.now(), body={"person": now.pk})
    return True
