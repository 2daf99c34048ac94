"""Migration operations that build the first wall: row security, composite keys, append-only tables.

A guarded table gets a stored key `scope_key` (council × 10,000 + service), forced row security and its policies. The
sub-select around `current_setting` matters: without it the array is parsed again for every row.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db.migrations.operations import RunSQL


class TableClass(NamedTuple):
    """Which settings of the scope let a row of such a table be read and written."""

    reads: str
    writes: str


CORE = TableClass("core", "core")
WORK = TableClass("work", "work")
LINE = TableClass("line", "line_write")
JOURNAL = TableClass("journal", "journal_write")
IDENTITY = TableClass("identity", "identity")
PROTECTED = TableClass("protected", "protected")  # what is kept apart of people who are protected: protected.sql


def in_setting(column: str, setting: str, array: str = "int[]") -> str:
    """The measured form of "this column is in that array"; '' (what a finished transaction leaves) is none."""
    return f"{column} = ANY((SELECT nullif(current_setting('moothall.{setting}', true), '')::{array})::{array})"


def GuardTable(
    table: str, kind: TableClass, *, service: bool = True, lease: Mapping[str, str] | None = None
) -> RunSQL:
    """Guard a tenant table. `lease` maps a column to the setting that holds the leased ids."""
    key = "council_id * 10000 + service_id" if service else "council_id * 10000"
    policies = [
        f"CREATE POLICY see ON {table} FOR SELECT USING ({in_setting('scope_key', kind.reads)})",
        f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK ({in_setting('scope_key', kind.writes)})",
        f"CREATE POLICY change ON {table} FOR UPDATE USING ({in_setting('scope_key', kind.writes)}) "
        f"WITH CHECK ({in_setting('scope_key', kind.writes)})",
        f"CREATE POLICY remove ON {table} FOR DELETE USING ({in_setting('scope_key', 'remove')})",
    ]
    for column, setting in (lease or {}).items():
        # A lease names its council too: an id of another council in it must show nothing.
        leased = f"{in_setting('council_id', 'lease_council')} AND {in_setting(column, setting, 'bigint[]')}"
        policies += [
            f"CREATE POLICY see_leased_{column} ON {table} FOR SELECT USING ({leased})",
            f"CREATE POLICY change_leased_{column} ON {table} FOR UPDATE USING ({leased}) WITH CHECK ({leased})",
        ]
        if column == "contact_id":  # needs and runs are begun in the leased contact; its key binds them to its council
            policies.append(f"CREATE POLICY add_leased ON {table} FOR INSERT WITH CHECK ({leased})")
    statements = [
        f"ALTER TABLE {table} ADD COLUMN scope_key int GENERATED ALWAYS AS ({key}) STORED NOT NULL",
        f"ALTER TABLE {table} ALTER COLUMN id SET GENERATED ALWAYS",
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_with_council UNIQUE (council_id, id)",
        f"CREATE INDEX {table}_scope ON {table} (scope_key, id)",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        *policies,
        f"CREATE TRIGGER keep_key BEFORE UPDATE ON {table} FOR EACH ROW "
        "WHEN (OLD.scope_key IS DISTINCT FROM NEW.council_id * 10000"
        f"{' + NEW.service_id' if service else ''}) EXECUTE FUNCTION moothall.refuse_move()",
    ]
    return RunSQL(";\n".join(statements), RunSQL.noop)


def KeepApart(table: str, *names: str, many: bool = False, also: str = "", unless: str = "") -> RunSQL:
    """Rows of this table that are about somebody protected are seen with the right alone (protected.sql).

    The table has a column `apart` and the columns `names`: some of case_id, contact_id (or contact_number) and
    customer_id. `many`: many rows go in at once, and they name a customer. `also` is whose own row it is besides, as a
    condition; `unless` which rows `t` aren't put apart yet, whoever they are about.
    """
    seen = " OR ".join(["NOT apart", in_setting("council_id * 10000", "protected"), *([also] if also else [])])
    begin = BeginApart(table, *names, many=many, unless=unless)
    return RunSQL(
        f"DROP POLICY IF EXISTS apart ON {table}; "
        f"CREATE POLICY apart ON {table} AS RESTRICTIVE FOR ALL USING ({seen}); {begin.sql}",
        f"{begin.reverse_sql}; DROP POLICY IF EXISTS apart ON {table}",
    )


def BeginApart(table: str, *names: str, many: bool = False, unless: str = "") -> RunSQL:
    """What says whether a row is about somebody protected, and the trigger that asks it of a new one."""
    kinds = ("case_", "contact_", "customer_")
    about = [next((f"t.{name}" for name in names if name.startswith(kind)), "NULL") for kind in kinds]
    told = f"moothall.is_apart(t.council_id, {', '.join(about)}){f' AND NOT {unless}' if unless else ''}"
    if many:
        trigger = "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION moothall.begin_all_apart()"
    else:
        named = " OR ".join(f"NEW.{name} IS NOT NULL" for name in names)
        trigger = f"FOR EACH ROW WHEN ({named}) EXECUTE FUNCTION moothall.begin_apart()"
    return RunSQL(
        f"CREATE OR REPLACE FUNCTION moothall.is_about_apart(t public.{table}) RETURNS boolean LANGUAGE plpgsql STABLE "
        f"AS $$ BEGIN RETURN {told}; END $$; "
        f"CREATE OR REPLACE TRIGGER begin_apart AFTER INSERT ON {table} {trigger}",
        f"DROP TRIGGER IF EXISTS begin_apart ON {table}; DROP FUNCTION IF EXISTS moothall.is_about_apart({table})",
    )


def TenantForeignKey(table: str, column: str, to: str) -> RunSQL:
    """A foreign key that carries the council, so that a row can never point into another council."""
    name = f"{table}_{column}_same_council"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (council_id, {column}) "
        f"REFERENCES {to} (council_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def AppendOnly(table: str) -> RunSQL:
    """No role, not even the owner, changes or deletes a row."""
    return RunSQL(
        f"""
        CREATE FUNCTION moothall.refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION moothall.refuse_{table}();
        """,
        f"DROP TRIGGER append_only ON {table}; DROP FUNCTION moothall.refuse_{table}()",
    )
