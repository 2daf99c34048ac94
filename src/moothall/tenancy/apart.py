"""Which tables are kept apart of people who are protected, and by what: protected.sql says what it does."""
from __future__ import annotations

import json

from django.db.migrations.operations import RunSQL

from moothall.tenancy.operations import BeginApart, KeepApart, in_setting

PROTECTED = f"NOT protected OR {in_setting('scope_key', 'protected')}"
CUSTOMERS = f"""
DROP POLICY IF EXISTS protected ON customers_customer;
CREATE POLICY protected ON customers_customer AS RESTRICTIVE FOR ALL USING ({PROTECTED});
CREATE INDEX IF NOT EXISTS customer_protected ON customers_customer (council_id, property_id) WHERE protected;
CREATE OR REPLACE TRIGGER begin_apart AFTER INSERT ON customers_customer FOR EACH ROW WHEN (NEW.protected)
  EXECUTE FUNCTION moothall.follow_apart('customer');
CREATE OR REPLACE TRIGGER follow_apart AFTER UPDATE ON customers_customer FOR EACH ROW
  WHEN (OLD.protected <> NEW.protected) EXECUTE FUNCTION moothall.follow_apart('customer');
"""
# What stands in a row instead of what it told. A case's title says its kind: protected.sql.
BLANK = {
    "case": {"title": "", "property_id": None, "about": "", "answers": [], "told": ""},
    "contact": {"from_number": "", "property_id": None, "notes": ""},
}
# What an agent passed on and hasn't finished their part of stays theirs until they have.
IN_HAND = "moothall.in_hand(t.state, t.passed_at, t.finished_at)"
SETTLED = """
CREATE OR REPLACE TRIGGER settle_apart AFTER UPDATE OF state, finished_at ON queueing_passing FOR EACH ROW
  WHEN (NOT NEW.apart) EXECUTE FUNCTION moothall.begin_apart()
"""


# A contact, perhaps: of somebody checked, or of nobody, where somebody protected told something in it.
ENDS = (" OR OLD.state IS DISTINCT FROM NEW.state AND "
        "(NEW.customer_id IS NOT NULL OR NEW.agent_id IS NOT NULL AND NEW.state IN ('done', 'cut_off'))")


def keep_apart() -> list[RunSQL]:
    """Policies and triggers of the tables that were there when it began: a newer one's own migration says KeepApart.
    May be done again on a database that has them, or had those before."""
    return [
        RunSQL(CUSTOMERS, RunSQL.noop),
        *_keep("cases_case", "case"),
        *_keep("contacts_contact", "contact", ENDS),
        KeepApart("customers_customerphone", "customer_id", many=True),
        KeepApart("customers_customertoken", "customer_id", many=True),
        KeepApart("cases_casenote", "case_id"),
        KeepApart("scripts_run", "contact_id", also=in_setting("id", "own_run", "bigint[]")),
        KeepApart("scripts_identitycheck", "contact_number"),
        KeepApart("documents_document", "contact_id", also=in_setting("run_id", "own_run", "bigint[]")),
        KeepApart("queueing_passing", "contact_id", unless=IN_HAND),
        RunSQL(SETTLED, RunSQL.noop),
        KeepApart("outbox_message", "case_id", "contact_id", "customer_id"),
        KeepApart("backoffice_errand", "case_id", "contact_id"),
        # Whoever holds its link pays it, and is the one to whom it was sent.
        KeepApart(
            "payments_paymentrequest", "case_id", "contact_id",
            also="link = (SELECT nullif(current_setting('moothall.link', true), ''))",
        ),
    ]  # fmt: skip


def _keep(table: str, what: str, also: str = "") -> list[RunSQL]:
    """Triggers of a table whose rows stay, without what they tell."""
    other = f"OLD.apart OR NEW.apart OR OLD.customer_id IS DISTINCT FROM NEW.customer_id{also}"
    call = f"EXECUTE FUNCTION moothall.keep_apart('{what}', '{json.dumps(BLANK[what])}')"
    return [
        BeginApart(table, "customer_id"),
        RunSQL(
            f"CREATE OR REPLACE TRIGGER keep_apart BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({other}) {call}; "
            f"CREATE OR REPLACE TRIGGER follow_apart AFTER UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.apart <> NEW.apart) EXECUTE FUNCTION moothall.follow_apart('{what}')",
            RunSQL.noop,
        ),
    ]
