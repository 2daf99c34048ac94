"""A council's own file, `council.yaml`, with a file of staff beside it: all that onboarding needs, in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from moothall.agreements.document import nearest
from moothall.domain.findings import Finding, Place
from moothall.onboarding.services import EVERY

NAMED = (
    "council",
    "number",
    "short_name",
    "slug",
    "letters",
    "reference_prefix",
    "brand",
    "on_brand",
    "phone",
    "website",
    "address",
    "texts",
    "every_service",
    "services",
    "lines",
    "staff",
)
WORDS = ("greeting", "privacy", "tone")  # texts of the council's identity
LARGEST = 200_000


@dataclass(frozen=True, slots=True)
class CouncilFile:
    """What stands in the file; `names` and `look` are the council's own, if it names them. `services` may hold EVERY,
    what the council tells the scripts of every service."""

    gss: str
    number: int | None
    names: Mapping[str, str]
    look: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lines: tuple[Mapping[str, Any], ...] = ()
    staff: Path | None = None


def read_folder(path: Path) -> tuple[CouncilFile | None, list[Finding]]:
    """A folder that holds council.yaml (and staff.csv), or such a file itself."""
    file = path / "council.yaml" if path.is_dir() else path
    place = Place(file=str(file))
    try:
        if file.stat().st_size > LARGEST:
            return None, [
                Finding("council-file", "The file is too large.", "A council’s file has a page or two.", place)
            ]
        data = YAML(typ="rt", pure=True).load(file.read_text(encoding="utf-8"))
    except OSError as problem:
        return None, [
            Finding("council-file", f"It can’t be read: {problem.strerror}.", "Name a folder with council.yaml.", place)
        ]
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = Place("", str(file), mark.line + 1, mark.column + 1) if mark else place
        return None, [Finding("council-file", f"This isn’t YAML: {problem.problem}.", "", where)]
    except (UnicodeDecodeError, ValueError) as problem:
        return None, [Finding("council-file", f"It can’t be read: {problem}.", "Save it as UTF-8.", place)]
    if not isinstance(data, Mapping):
        return None, [
            Finding("council-file", "It must be lines of the form name: value.", "Begin with council: CODE.", place)
        ]
    findings = _wrong(data, file)
    return (None, findings) if findings else (_made(data, file), [])


def _wrong(data: Mapping[str, Any], file: Path) -> list[Finding]:
    found = [*_unknown(data, NAMED, file), *_unknown(_mapping(data, "texts"), WORDS, file)]
    shapes = {
        "services": (Mapping, "a service on each line, like refuse: {}"), "lines": (list, "a list of lines"),
        "texts": (Mapping, f"lines of the form name: words, of {', '.join(WORDS)}"),
    }  # fmt: skip
    for key, (shape, how) in shapes.items():
        if data.get(key) is not None and not isinstance(data[key], shape):
            found.append(Finding("council-file", f"“{key}” must be {how}.", "", Place(key, str(file))))
    told = {**_mapping(data, "services"), "every_service": data.get("every_service")}
    for key, values in told.items():
        if values is not None and not isinstance(values, Mapping):
            found.append(
                Finding(
                    "council-file",
                    f"The parameters of “{key}” must be lines of the form name: value.",
                    "",
                    Place(f"services, {key}" if key != "every_service" else key, str(file)),
                )
            )
    for index, row in enumerate(data.get("lines") or () if isinstance(data.get("lines"), list) else (), 1):
        if not isinstance(row, Mapping):
            found.append(
                Finding(
                    "council-file",
                    f"Line {index} must be {{service: …, number: …, public: …}}.",
                    "",
                    Place(f"lines, {index}", str(file)),
                )
            )
    if not data.get("council"):
        found.append(
            Finding("council-file", "It names no council.", "Add council: with its ONS code.", Place(file=str(file)))
        )
    number = data.get("number")
    if number is not None and not (isinstance(number, int) and 0 < number < 10_000):
        found.append(
            Finding(
                "council-file",
                "“number” must be a whole number from 1 to 9,999.",
                "Or leave it out.",
                Place("number", str(file)),
            )
        )
    return found


def _unknown(data: Mapping[str, Any], known: tuple[str, ...], file: Path) -> Iterator[Finding]:
    for key in data:
        if key not in known:
            line, column = data.lc.key(key)  # type: ignore[attr-defined]
            place = Place("", str(file), line + 1, column + 1)
            yield Finding("unknown-key", f"“{key}” isn’t known here.", nearest(str(key), known), place)


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return data[key] if isinstance(data.get(key), Mapping) else {}


def _made(data: Mapping[str, Any], file: Path) -> CouncilFile:
    def told(*keys: str) -> dict[str, str]:
        return {key: str(data[key]) for key in keys if data.get(key) is not None}

    services = dict(_mapping(data, "services"))
    if data.get("every_service"):
        services[EVERY] = data["every_service"]
    staff = data.get("staff") or ("staff.csv" if (file.parent / "staff.csv").exists() else None)
    return CouncilFile(
        gss=str(data["council"]),
        number=data.get("number"),
        names=told("short_name", "slug", "letters", "reference_prefix"),
        look=told("brand", "on_brand", "phone", "website", "address"),
        texts={key: str(words).strip() for key, words in _mapping(data, "texts").items() if words is not None},
        services={str(slug): dict(values or {}) for slug, values in services.items()},
        lines=tuple(dict(row) for row in data.get("lines") or ()),
        staff=file.parent / str(staff) if staff else None,
    )
