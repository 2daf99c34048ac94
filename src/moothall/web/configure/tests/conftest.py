"""Versions stored as they are, sound or not, and somebody who opens the pages as the web role."""
from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from moothall.agreements.check import check_text
from moothall.agreements.models import Agreement, AgreementVersion, Share
from moothall.agreements.register import register_from_database
from moothall.agreements.schema import body_of
from moothall.domain.responsibility.shares import ShareTerms
from moothall.lib import clock
from moothall.people.models import Membership, Person, Team
from moothall.web.configure.tests.texts import GAPPED

NOW = datetime(2026, 9, 2, 14, tzinfo=UTC)  # past, so that nothing of a session has run out by then


def store(text: str, state: str = "draft") -> AgreementVersion:
    """A version with the shares of its text, whatever the check finds."""
    terms = check_text(text, register=register_from_database()).terms
    assert terms is not None
    agreement, _ = Agreement.objects.get_or_create(slug=terms.slug, defaults={"name": terms.name})
    version = AgreementVersion.objects.create(
        agreement=agreement, number=agreement.versions.count() + 1, text=text, starts=terms.starts,
        ends=terms.ends, sha256=hashlib.sha256(text.encode()).hexdigest(), loaded_at=NOW, parties=list(terms.parties),
        notice_months=terms.notice.months, notice_days=terms.notice.days,
    )
    for team in terms.teams:
        Team.objects.get_or_create(slug=team.slug, defaults={"name": team.name, "employer_id": team.employer})
    Share.objects.bulk_create(_row(version, share) for share in terms.shares)
    AgreementVersion.objects.filter(pk=version.pk).update(state=state)
    version.refresh_from_db()
    return version


def rewrite(version: AgreementVersion, text: str, **more: Any) -> None:
    """Another text in a draft's place, whatever it says."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    AgreementVersion.objects.filter(pk=version.pk).update(text=text, sha256=digest, **more)


def _row(version: AgreementVersion, share: ShareTerms) -> Share:
    return Share(
        version=version, number=share.id, key=share.key, client_id=share.client, function=share.function,
        team=Team.objects.get(slug=share.team), tier=share.tier, after_s=share.after_s, starts=share.starts,
        ends=share.ends, body=body_of(share, {}),
    )


@pytest.fixture
def one_instant(monkeypatch: pytest.MonkeyPatch, world: Any) -> None:
    """It is a Wednesday afternoon in September 2026, whenever the tests run; the managers were there before."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    Membership.objects.update(valid_from=NOW - timedelta(days=100))


@pytest.fixture
def gapped(one_instant: None) -> AgreementVersion:
    return store(GAPPED)


@pytest.fixture
def as_person(world: Any, one_instant: None, as_role: Any) -> Any:
    """`as_person("jo", path)` opens a page as somebody of the cast, None as nobody."""

    def ask(name: str | None, path: str, **headers: str) -> Any:
        client = Client()
        with as_role("web"):
            if name:
                client.force_login(Person.objects.get(pk=getattr(world, name)))
            return client.get(path, headers=headers)

    return ask
