"""The Staffordshire councils, brought live by the steps that any council takes (moothall/onboarding): a folder each.
And what the two of the hub choose by the same steps."""

from __future__ import annotations

from django.db import transaction

from moothall.demo.folders import council_files, hub_files
from moothall.demo.people import let_read_figures, password_hash
from moothall.lib import clock
from moothall.onboarding.bring import bring
from moothall.onboarding.models import ChosenService, DryRun
from moothall.onboarding.state import version_that_counts
from moothall.people.models import Person
from moothall.tenancy.models import Council


def bring_councils() -> int:
    """Those that haven't been brought here yet: what a council has chosen since is its own. How many are new."""
    came = set(ChosenService.objects.values_list("council__gss", flat=True))
    new = [file for file in (*council_files(), *hub_files()) if file.gss not in came]
    with transaction.atomic():
        brought = [bring(file) for file in new]
        # They would follow a link to their first sign-in; everybody in the demo has the same password instead.
        emails = [row.email for each in brought if each.staff for row in each.staff.new]
        Person.objects.filter(email__in=emails, password__startswith="!").update(password=password_hash())
        let_read_figures()
    return len(new)


def play_calls() -> int:
    """The dry run of each, the last step, where the agreement that counts wasn't played yet. How many calls.

    All calls of the first council, one of each other: the rest of theirs is worked out, so that the demo starts soon.
    """
    from moothall.onboarding.rehearsal import play  # it brings the queue with its compiled kernel: a second to import

    calls, at = 0, clock.now()
    codes = [file.gss for file in (*council_files(), *hub_files())]
    for council in sorted(Council.objects.filter(gss__in=codes), key=lambda each: codes.index(each.gss)):
        version = version_that_counts(council, at)
        if version and not DryRun.objects.filter(council=council, version=version).exists():
            calls += play(council, most=1 if calls else 60).calls
    return calls
