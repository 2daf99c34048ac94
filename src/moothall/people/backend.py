"""allauth's sign-in; who is signed in is read with one prepared statement (see queries.person_by_id)."""
from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from moothall.people.models import Person
from moothall.people.queries import person_by_id


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    def user_can_authenticate(self, user: Person) -> bool:
        """Not who works for a council that is cut off, nor who has left."""
        return person_by_id(user.pk) is not None and bool(super().user_can_authenticate(user))

    def get_user(self, user_id: object) -> Person | None:
        """The person of a session, unless they may not sign in any more."""
        person = person_by_id(int(str(user_id)))
        return person if person is not None and person.is_active else None
