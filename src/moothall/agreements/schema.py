"""Shares as JSON in their rows, and back: the one place that knows the form of `Share.body`."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from moothall.agreements.models import Share
from moothall.domain.calendar import ALWAYS, Hours, WeekHours
from moothall.domain.responsibility.shares import Function, Notice, ShareTerms, StandardTerms


def body_of(share: ShareTerms, extra: Mapping[str, object]) -> dict[str, Any]:
    """The body of a share's row: services (numbers), channels, hours, standard, and what its text says beyond."""
    return {
        **plain_body(share.services, share.channels, hours=share.hours),
        "standard": {
            "answered_within_s": share.standard.answered_within_s,
            "for_percent": share.standard.for_percent,
            "resolved_within_working_days": share.standard.resolved_within_days,
            "by_minute": share.standard.by_minute,
        },
        **_beyond(share),
        **extra,
    }


def _beyond(share: ShareTerms) -> dict[str, Any]:
    """What few shares say: what is seen beyond what is served, a notice of its own, how many agents at a time."""
    found: dict[str, Any] = {}
    if share.sees:
        found |= {"sees": list(share.sees), "sight_confirmed_by": share.sight_confirmed_by}
    if share.notice:
        found["notice"] = {"months": share.notice.months, "days": share.notice.days}
    if share.guarantee:
        found["guarantee"] = share.guarantee
    if share.cap is not None:
        found["cap"] = share.cap
    return found


def plain_body(services: Sequence[int], channels: Sequence[str], *, hours: WeekHours = ALWAYS) -> dict[str, Any]:
    """The least that a share's row must say. Without `hours` it holds at all times."""
    return {"services": list(services), "channels": list(channels), "hours": hours_to_json(hours)}


def terms_of(row: Share, overrides: Mapping[str, int]) -> ShareTerms:
    """A row's terms, with its primary key as id. `overrides` says which ids the keys of its version have."""
    body = row.body
    standard = body.get("standard") or {}
    hours = body.get("hours")
    return ShareTerms(
        id=row.pk,
        key=row.key,
        client=row.client_id,
        services=tuple(body.get("services", ())),
        channels=tuple(body.get("channels", ())),
        function=cast(Function, row.function),
        team=row.team.slug,
        hours=hours_from_json(hours) if hours else ALWAYS,
        starts=row.starts,
        ends=row.ends,
        tier=row.tier,
        after_s=row.after_s,
        overrides=tuple(overrides[key] for key in body.get("overrides", ()) if key in overrides),
        standard=StandardTerms(
            standard.get("answered_within_s"),
            standard.get("for_percent"),
            standard.get("resolved_within_working_days"),
            standard.get("by_minute", StandardTerms().by_minute),
        ),
        sees=tuple(body.get("sees", ())),
        sight_confirmed_by=body.get("sight_confirmed_by", ""),
        notice=Notice(**body["notice"]) if "notice" in body else None,
        guarantee=body.get("guarantee") or 0,
        cap=body.get("cap"),
    )


def hours_to_json(hours: WeekHours) -> dict[str, Any]:
    """`{"weekdays": [[[540, 1020]], …], "bank_holiday": [], "on": {"2026-12-24": [[540, 720]]}}`."""
    return {
        "weekdays": [_pairs(day) for day in hours.weekdays],
        "bank_holiday": _pairs(hours.bank_holiday),
        "on": {day.isoformat(): _pairs(spans) for day, spans in hours.exceptions},
    }


def hours_from_json(found: Mapping[str, Any]) -> WeekHours:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (_spans(day) for day in found["weekdays"])
    named = tuple(sorted((date.fromisoformat(day), _spans(spans)) for day, spans in found["on"].items()))
    week = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    return WeekHours(week, _spans(found["bank_holiday"]), named)


def _pairs(hours: Hours) -> list[list[int]]:
    return [[start, end] for start, end in hours]


def _spans(pairs: Sequence[Sequence[int]]) -> Hours:
    return tuple((start, end) for start, end in pairs)
