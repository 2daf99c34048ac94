"""Answers: what may be chosen, what is taken of what somebody typed, and what it is to conditions and texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from moothall.domain.interview.expressions import Condition, Refusal, evaluate
from moothall.domain.interview.model import SEVERAL, Field, FieldKind, Option, Script, Step
from moothall.domain.interview.postal import WHOLE_ADDRESS, can_be_address
from moothall.domain.interview.typed_days import A_DAY, typed_day
from moothall.domain.interview.words import fill, pounds
from moothall.domain.references import MISREAD, WHOLE_REFERENCE, is_misread, parse
from moothall.domain.telephone import gets_texts, may_be_rung
from moothall.domain.typed import CARD_TAKEN_OUT, holds_card_number, is_email, is_full_number, without_unseen

JSON = Any  # a text, whole number, truth, ISO date, list of (value, label), or None for "looked up, not known"
SAID = "said"  # the answer of a step that only says something
NOTHING = ""  # the answer to an optional question that was passed over
UPLOADED = "_files"  # (id, name, step, item) of each file that was sent in this run; WILL_SEND as id: to come later
WILL_SEND = "will_send"
LANGUAGE = "en"


def holds(script: Script, condition: Condition | None, values: Mapping[str, JSON]) -> bool:
    """Whether an option's or mark's condition holds; one that can't be told doesn't."""
    if condition is None:
        return True
    held = evaluate(condition, values, script.kinds())
    return held is True


def discreet(script: Script, values: Mapping[str, JSON]) -> bool:
    """Whether nobody beside the reader should see what the page is about."""
    return script.discreet is not None and holds(script, script.discreet, values)


def choices(script: Script, step: Step, values: Mapping[str, JSON]) -> list[tuple[str, Any]]:
    """What may be chosen: values with labels (texts keyed by language, or plain ones from a fact)."""
    field = step.field
    listed: list[tuple[str, Any]] = (
        [(str(v), label) for v, label in (values.get(field.options_from) or ())] if field.options_from else []
    )
    if field.kind == "file":
        listed += [(v, name) for v, name, _ in files_of(step, values) if v != WILL_SEND]
        listed += [] if field.options else [(WILL_SEND, "To be sent later")]
    return listed + [(option.value, option.label) for option in offered(script, field, values)]


def files_of(step: Step, values: Mapping[str, JSON]) -> list[tuple[str, str, str]]:
    """(id, name, item) of what was sent for a step in this run; as id also WILL_SEND."""
    return [(str(v), name, item) for v, name, key, item in values.get(UPLOADED) or () if key == step.key]


def offered(script: Script, field: Field, values: Mapping[str, JSON]) -> list[Option]:
    """The script's own options that apply."""
    return [option for option in field.options if holds(script, option.when, values)]


def accept(
    script: Script, step: Step, value: str, values: Mapping[str, JSON], holidays: frozenset[date] = frozenset()
) -> str | Refusal:
    """The answer as it is kept, or what to say about it in the field's own words. What is kept is kept as it is again.

    Where several may be chosen, `value` holds one a line.
    """
    field = step.field
    if field.kind == "none":
        return SAID
    text = without_unseen(value.replace("\r\n", "\n").replace("\r", "")).strip()
    kept = _taken(script, step, text, values)
    if isinstance(kept, Refusal):
        return kept
    if field.kind in ("phone", "reach") and values.get("channel") == "web" and not _rung_from_anywhere(kept):
        return _or_empty(field, MISSING[field.kind])
    return _refused(script, step, kept, values, holidays) or kept


def _taken(script: Script, step: Step, text: str, values: Mapping[str, JSON]) -> str | Refusal:
    field = step.field
    if not text:
        passed = field.optional or field.kind == "checklist"  # nothing to hand is an answer
        return NOTHING if passed else _missing(script, field, values)
    if len(text) > field.longest:
        return Refusal(f"Use {field.longest:,} characters or fewer")
    if holds_card_number(text):
        return Refusal(CARD_TAKEN_OUT)
    if field.kind in ("radio", "property"):
        return text if text in dict(choices(script, step, values)) else _missing(script, field, values)
    if field.kind in SEVERAL:
        return _several(script, step, text, values)
    kept = _READERS.get(field.kind, _as_typed)(field, text)
    return _or_empty(field, kept.words) if isinstance(kept, Refusal) else kept


def _or_empty(field: Field, words: str) -> Refusal:
    """What is wrong with an answer; where none is needed, that it may be left out stands beside it."""
    parted = ". Or" if ". " in words else ", or"
    return Refusal(f"{words}{parted} leave it empty" if field.optional else words)


def _refused(
    script: Script, step: Step, kept: str, values: Mapping[str, JSON], holidays: frozenset[date]
) -> Refusal | None:
    """What the script itself says about an answer that its field takes."""
    if not step.field.must or kept == NOTHING:
        return None
    with_it = {**values, step.key: value_of(script, step, kept, values)}
    for must in step.field.must:
        if evaluate(must.that, with_it, script.kinds(), holidays) is not True:
            return Refusal(fill(must.words.get(LANGUAGE), with_it, script.kinds()))
    return None


def read_typed(kind: FieldKind, text: str) -> str | Refusal:
    """What is typed into such a field outside of a script's steps, as it is kept; what is wrong with it."""
    return _READERS.get(kind, _as_typed)(Field(kind), text.strip())


def value_of(script: Script, step: Step, kept: str, values: Mapping[str, JSON]) -> JSON:
    """A kept answer as conditions and texts read it; None where the question was passed over."""
    kind = step.field.kind
    if kind == "checklist" or (kind in SEVERAL and kept):
        labels = dict(choices(script, step, values))
        return [[each, _label(script, labels.get(each, each), values)] for each in kept.split("\n") if each]
    if kind in ("money", "whole") and kept:
        return int(kept.replace(".", ""))  # money is kept as "24.50"
    return kept or None


def as_typed(field: Field, kept: str) -> str:
    """A kept answer as people type it again."""
    return f"{date.fromisoformat(kept):%d/%m/%Y}" if kept and field.kind == "date" else kept


def _label(script: Script, label: Any, values: Mapping[str, JSON]) -> str:
    return label if isinstance(label, str) else fill(label.get(LANGUAGE), values, script.kinds())


def _missing(script: Script, field: Field, values: Mapping[str, JSON]) -> Refusal:
    own = fill(field.missing.get(LANGUAGE), values, script.kinds())
    return Refusal(own or MISSING[field.kind])


def _several(script: Script, step: Step, text: str, values: Mapping[str, JSON]) -> str | Refusal:
    """Each choice once, in the order in which they are offered."""
    field = step.field
    chosen = {line.strip() for line in text.split("\n")} - {""}
    listed = [choice for choice, _ in choices(script, step, values)]
    if not chosen <= set(listed):
        return _missing(script, field, values)
    alone = next((option for option in offered(script, field, values) if option.alone and option.value in chosen), None)
    if alone and len(chosen) > 1:
        label = fill(alone.label.get(LANGUAGE), values, script.kinds())
        return Refusal(f"Choose “{label}” by itself, or take its tick away")
    return "\n".join(choice for choice in dict.fromkeys(listed) if choice in chosen)


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_SLIPS = str.maketrans("OIL", "011")  # a letter where only a digit can stand
_PHONE = re.compile(r"(\+[1-9]\d{7,14}|0[1-9]\d{8,9}|[1-9]\d{2,5})")  # short ones are the council's own extensions
_MONEY = re.compile(r"£?\s?([0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{2}))?\s?(p?)")
_WHOLE = re.compile(r"[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3}")
_POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]{1,9})?) ?, ?(-?[0-9]{1,3}(?:\.[0-9]{1,9})?)")
_BRITISH_ISLES = ((49.0, 61.5), (-9.0, 2.5))  # degrees north, east

MISSING = {  # agents and residents read these alike
    "radio": "Choose one of these",
    "choices": "Choose all that fit",
    "checklist": "Choose from this list",
    "file": "Choose a file, or that it is sent later",
    "property": "Choose the address, or that it isn't in this list",
    "postcode": "Enter a full postcode, like LE8 0ES",
    "date": A_DAY,
    "text": "Enter an answer",
    "notes": "Write an answer",
    "person": "Enter a name",
    "address": WHOLE_ADDRESS,
    "money": "Enter pounds and pence, like 24.50",
    "whole": "Enter a whole number, like 2",
    "point": "Say where it is, or mark it on the map",
    "reference": WHOLE_REFERENCE,
    "phone": "Enter a telephone number, like 07700 900123",
    "mobile": "Enter a mobile number, like 07700 900123. We can't text other numbers",
    "email": "Enter an e-mail address, like name@example.org",
    "reach": "Enter a telephone number, like 07700 900123, or an e-mail address, like name@example.org",
}


def _as_typed(_field: Field, text: str) -> str:
    return text


def _postcode(_field: Field, text: str) -> str | Refusal:
    key = re.sub(r"[^A-Z0-9]", "", text.upper())
    key = key[:-3] + key[-3:-2].translate(_SLIPS) + key[-2:]
    return key if _POSTCODE.fullmatch(key) else Refusal(MISSING["postcode"])


def _way_to_reach(field: Field, text: str) -> str | Refusal:
    """A telephone number or an e-mail address, kept as people write it."""
    text = " ".join(text.split())
    phone = _PHONE.fullmatch(re.sub(r"[\s().\-]", "", text.replace("(0)", "")))
    email = is_email(text)
    mobile = phone if gets_texts(text) else None
    fits = {"phone": phone, "mobile": mobile, "email": email}.get(field.kind, phone or email)
    return text if fits else Refusal(MISSING[field.kind])


def _rung_from_anywhere(kept: str) -> bool:
    """Agents may note a colleague's extension; on the web there is none, nor a number that no council rings."""
    return kept == NOTHING or "@" in kept or (is_full_number(kept) and may_be_rung(kept))


def _day(_field: Field, text: str) -> str | Refusal:
    return typed_day(text)


def _address(_field: Field, text: str) -> str | Refusal:
    """An address that isn't in any list, line by line as it was typed."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    written = "\n".join(line for line in lines if line)
    return written if can_be_address(written) else Refusal(WHOLE_ADDRESS)


def _money(field: Field, text: str) -> str | Refusal:
    """Pounds as people write them, kept as "24.50"."""
    found = _MONEY.fullmatch(text)
    if not found or (found[3] and (found[2] or text.startswith("£"))):
        return Refusal(MISSING["money"])
    amount = int(found[1].replace(",", ""))
    pence = amount if found[3] else amount * 100 + int(found[2] or 0)
    return _within(field, pence, pounds) or f"{pence // 100}.{pence % 100:02}"


def _whole(field: Field, text: str) -> str | Refusal:
    found = _WHOLE.fullmatch(text)
    if not found:
        return Refusal(MISSING["whole"])
    number = int(text.replace(",", ""))
    return _within(field, number, "{:,}".format) or str(number)


def _within(field: Field, number: int, said: Callable[[int], str]) -> Refusal | None:
    if field.least is not None and number < field.least:
        return Refusal(f"Enter {said(field.least)} or more")
    if field.most is not None and number > field.most:
        return Refusal(f"Enter {said(field.most)} or less")
    return None


def _person(_field: Field, text: str) -> str | Refusal:
    name = " ".join(text.split())
    return name if any(sign.isalpha() for sign in name) else Refusal(MISSING["person"])


def _reference(_field: Field, text: str) -> str | Refusal:
    found = parse(text)
    return str(found) if found else Refusal(MISREAD if is_misread(text) else WHOLE_REFERENCE)


def parted(text: str) -> tuple[tuple[float, float] | None, str]:
    """An answer to a point, as it was typed or as it is kept: the mark on the map, in degrees north and east (None
    where there is none), and the words."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    marks = [found for line in lines if (found := _POINT.fullmatch(line))]
    words = " ".join(line for line in lines if line and not _POINT.fullmatch(line))
    return ((float(marks[0][1]), float(marks[0][2])) if marks else None), words


def _point(_field: Field, text: str) -> str | Refusal:
    """A place on the map, where it is in words, or both: the mark stands first, on a line of its own."""
    mark, words = parted(text)
    if words and not any(sign.isalpha() for sign in words):
        return Refusal(MISSING["point"])
    if mark is None:
        return words or Refusal(MISSING["point"])
    north, east = mark
    (south_end, north_end), (west_end, east_end) = _BRITISH_ISLES
    if not (south_end <= north <= north_end and west_end <= east <= east_end):
        return Refusal("That point is too far away. Mark it again, or say where it is")
    return f"{north:.5f},{east:.5f}" + (f"\n{words}" if words else "")


_READERS: Mapping[str, Callable[[Field, str], str | Refusal]] = {
    "postcode": _postcode,
    "date": _day,
    "address": _address,
    "phone": _way_to_reach,
    "mobile": _way_to_reach,
    "email": _way_to_reach,
    "reach": _way_to_reach,
    "money": _money,
    "whole": _whole,
    "person": _person,
    "point": _point,
    "reference": _reference,
}
