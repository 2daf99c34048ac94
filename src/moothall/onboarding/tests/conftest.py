"""A small pack instead of the real ones: reading those takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from moothall.onboarding.services import chosen_parameters
from moothall.scripts.versions import publish_packs

SCRIPT = """script: missed-bin
service: refuse
title: {en: Missed bin}
rank: 1
parameters:
  council_name: {kind: text, default: the council}
  out_by: {kind: time, default: "07:00"}
  days: {kind: whole}
steps:
  - key: sure
    ask: radio
    options: {yes: {en: "Yes"}, no: {en: "No"}}
    missing: {en: Choose}
    short: {en: Sure}
    say: {en: "Was it out by {out_by}, as {council_name} asks?"}
  - key: told
    kind: text
    work_out: 'sure == "yes" ? "that it was" : "that it wasn''t"'
  - end: ANSWERED
    outcome: resolved
    code: answered
    do: {en: "They said {told}."}
    say: {en: "Thank you."}
"""


COMMON = """script: risk
service: any
interrupt: risk
web: false
title: {en: Someone at risk}
parameters:
  duty_number: text
  ring_days: {kind: whole, default: 2}
steps:
  - end: TOLD
    outcome: referred
    code: told
    do: {en: "Ring the duty team[: {duty_number}] within {ring_days} days."}
    say: {en: "Thank you."}
"""


@pytest.fixture
def every(packs: Path) -> Path:
    """The folder of what every service uses, published as well."""
    folder = packs.parent / "common"
    (folder / "scripts").mkdir(parents=True)
    (folder / "pack.yaml").write_text("pack: common\nservice: first-contact\nscripts: [risk]\n")
    (folder / "scripts" / "risk.yaml").write_text(COMMON)
    publish_packs(chosen_parameters)
    return folder


@pytest.fixture
def packs(tmp_path: Path, settings: Any, world: Any) -> Path:
    """The published pack's folder."""
    folder = tmp_path / "packs" / "refuse"
    (folder / "scripts").mkdir(parents=True)
    (folder / "pack.yaml").write_text("pack: refuse\nservice: refuse\nscripts: [missed-bin]\n")
    (folder / "scripts" / "missed-bin.yaml").write_text(SCRIPT)
    settings.PACKS = tmp_path / "packs"
    publish_packs(chosen_parameters)
    return folder
