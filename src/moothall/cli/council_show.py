"""`moothall council show SLUG`: how a council looks and speaks, and where each of it is said."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from moothall.cli.councils import BY_NAME, council_called

if TYPE_CHECKING:
    from moothall.tenancy.models import Council


def add_show(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    show = words.add_parser("show", help="name, colour, logo, host, texts, lines and versions")
    show.add_argument("slug", metavar="SLUG", help=f"the council, {BY_NAME}")
    show.add_argument("--json", action="store_true", help="for programs")


def show(args: argparse.Namespace) -> int:
    """0 with what is known; raises Misnamed where there is no such council."""
    told = _told(council_called(args.slug, partnerships=True))
    if args.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(told))
    return 0


def _told(council: Council) -> dict[str, Any]:
    from moothall.domain.colours import BRAND_USES
    from moothall.identity.check import default_host
    from moothall.identity.queries import identity_of, versions_of
    from moothall.web.identity.page import identity_lines

    texts = {language: dict(each) for language, each in identity_of(council).texts.items()}
    return {
        "slug": council.slug,
        "name": council.name,
        "short_name": council.short_name,
        "colour": council.brand,
        "words_on_it": council.on_brand,
        "contrast": {
            use.key: {"reached": round(use.reached(council.brand), 2), "needed": use.ratio} for use in BRAND_USES
        },
        "logo": council.logo,
        "host": council.host or default_host(council),
        "texts": texts,
        "lines": [
            {"name": line.name, "number": line.number, "greeting": line.greeting, "whose": line.whose}
            for line in identity_lines(council, identity_of(council).text("greeting"), council.name)
        ],
        "versions": [{"number": row.number, "published": row.published_at.isoformat()} for row in versions_of(council)],
    }


def _lines(told: dict[str, Any]) -> list[str]:
    reached = ", ".join(f"{key} {each['reached']} of {each['needed']}" for key, each in told["contrast"].items())
    found = [
        f"{told['name']} ({told['short_name']})",
        f"  host      {told['host']}",
        f"  colour    {told['colour']} with {told['words_on_it']} on it: {reached}",
        f"  logo      {told['logo'][:12] or 'none; its two letters stand in its square'}",
    ]
    for language, texts in told["texts"].items():
        found += [f"  {key:<9} [{language}] {_short(words)}" for key, words in texts.items()
                  if words and key not in ("name", "short_name")]  # fmt: skip
    found += [f"  line      {line['name']}, {line['number']}: “{line['greeting']}” ({line['whose']})"
              for line in told["lines"]]  # fmt: skip
    versions = told["versions"]
    published = f"version {versions[0]['number']}, {versions[0]['published'][:16]}" if versions else "nothing yet"
    return [*found, f"  published {published}"]


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 90 else f"{line[:89]}…"
