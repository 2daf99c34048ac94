"""A database of an older version of this code is brought up to date by `moothall migrate`, and its walls hold after."""
from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg

from conftest import ROOT, environment_of

BACK = (  # Django's own word, with what makes ours quick
    "import sys; from django.core.management import execute_from_command_line as run; "
    "from moothall.lib.reloading import few_models_made_anew\n"
    "with few_models_made_anew(): run(['django', 'migrate', *sys.argv[1:], '--skip-checks'])"
)
BEFORE_DRAFTS = (("agreements", "0004"), ("tenancy", "0004"))  # as main was before drafts and one call a scope


def spoken(url: str, *words: str, program: tuple[str, str] = ("-m", "moothall")) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **environment_of(url), "MOOTHALL_ROLE": "owner"}
    return subprocess.run([sys.executable, "-W", "ignore", *program, *words], env=environment, cwd=ROOT, text=True,
                          capture_output=True, timeout=120, check=False)


def test_an_older_database_is_brought_up_to_date_with_its_rows_and_walls(own_database: str) -> None:
    for app, name in BEFORE_DRAFTS:
        back = spoken(own_database, app, name, program=("-c", BACK))
        assert back.returncode == 0, back.stderr
    with psycopg.connect(own_database) as owner:
        before = owner.execute("SELECT count(*) FROM tenancy_grant").fetchone()
        missing = owner.execute("SELECT to_regclass('agreements_agreementversion') IS NOT NULL AND NOT EXISTS (SELECT "
                                "FROM information_schema.columns WHERE column_name = 'saved_at')").fetchone()
    assert missing == (True,), "it really is the older one"
    forth = spoken(own_database, "migrate")
    assert forth.returncode == 0, forth.stderr
    with psycopg.connect(own_database) as owner:
        assert owner.execute("SELECT count(*) FROM tenancy_grant").fetchone() == before
        assert owner.execute("SELECT count(*) FROM cases_case").fetchone() == (0,), "the owner is behind the walls too"
    told = json.loads(spoken(own_database, "doctor", "--json").stdout)
    wrong = [each for each in told["findings"] if each["code"].split(".")[0] in {"migrations", "walls", "roles"}]
    assert wrong == []
