"""Checking a text in this installation: its councils, the people of its teams, the version that it would replace."""
from __future__ import annotations

from datetime import datetime

from moothall.agreements.check import Checked, check_read
from moothall.agreements.models import AgreementVersion
from moothall.agreements.reader import read_agreement
from moothall.agreements.register import Register, register_from_database
from moothall.domain.responsibility.notice import Amendment
from moothall.domain.responsibility.staffing import Member, Staffing
from moothall.people.models import Membership, Skill


def check_here(text: str, *, at: datetime, file: str = "") -> Checked:
    """Read and prove a text as if it were signed at this instant."""
    register = register_from_database()
    read = read_agreement(text, register=register, file=file)
    amends = amendment(read.terms.slug, register, at) if read.terms else None
    return check_read(read, register=register, staffing=staffing(at), amends=amends)


def amendment(agreement: str, register: Register, signed_at: datetime) -> Amendment | None:
    """What a text of this agreement (slug) takes the place of; None where none is in force."""
    in_force = AgreementVersion.objects.filter(agreement__slug=agreement, state=AgreementVersion.State.IN_FORCE)
    version = in_force.order_by("-number").first()
    before = read_agreement(version.text, register=register).terms if version else None
    return Amendment(before, signed_at) if before else None


def staffing(at: datetime) -> Staffing:
    """Who answers and resolves in each team, now and later. Managers read figures and take no calls or cases."""
    skills: dict[int, set[int]] = {}
    for person, service in Skill.objects.values_list("person_id", "service_id"):
        skills.setdefault(person, set()).add(service)
    teams: dict[str, tuple[Member, ...]] = {}
    serving = Membership.objects.exclude(job=Membership.Job.MANAGER).filter(person__is_active=True)
    rows = serving.order_by("id").values_list("team__slug", "person_id", "valid_from", "valid_to")
    for team, person, starts, ends in rows:
        teams[team] = (*teams.get(team, ()), Member(starts, ends, frozenset(skills.get(person, ()))))
    return Staffing(at, teams)
