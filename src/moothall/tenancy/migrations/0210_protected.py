"""People who are protected: the database shows them, and what is about them, to whoever has the right alone."""
import json
from pathlib import Path

from django.db import migrations

from moothall.tenancy.operations import KeepApart, arguments_apart, in_setting

HERE = Path(__file__).parents[1]
SEEN = f"NOT protected OR {in_setting('scope_key', 'protected')}"
# What stands in a row instead of what it told. A case's title says its kind: protected.sql.
BLANK = {
    "case": {"title": "", "property_id": None, "about": "", "answers": [], "told": ""},
    "contact": {"from_number": "", "property_id": None, "notes": ""},
}


def keep(table: str, what: str, also: str = "") -> str:
    """Triggers of a table whose rows stay, without what they tell."""
    call = f"EXECUTE FUNCTION moothall.keep_apart('{what}', '{json.dumps(BLANK[what])}')"
    other = "OLD.apart OR NEW.apart OR OLD.customer_id IS DISTINCT FROM NEW.customer_id"
    return f"""
    CREATE OR REPLACE TRIGGER keep_apart BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({other}{also}) {call};
    CREATE OR REPLACE TRIGGER keep_apart_new AFTER INSERT ON {table} FOR EACH ROW WHEN (NEW.customer_id IS NOT NULL)
      EXECUTE FUNCTION moothall.keep_apart_new();
    CREATE OR REPLACE TRIGGER follow_apart AFTER UPDATE ON {table} FOR EACH ROW WHEN (OLD.apart <> NEW.apart)
      EXECUTE FUNCTION moothall.follow_apart('{what}');
    """


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0200_passed_on"), ("customers", "0190_protected"), ("cases", "0190_apart"),
        ("contacts", "0190_apart"), ("scripts", "0190_apart"), ("outbox", "0190_apart"), ("payments", "0190_apart"),
        ("backoffice", "0190_apart"), ("queueing", "0190_apart"), ("documents", "0191_apart"),
    ]

    operations = [
        migrations.RunSQL((HERE / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "protected.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(
            f"""
            DROP POLICY IF EXISTS protected ON customers_customer;
            CREATE POLICY protected ON customers_customer AS RESTRICTIVE FOR ALL USING ({SEEN});
            CREATE INDEX IF NOT EXISTS customer_protected ON customers_customer (council_id, property_id) WHERE protected;
            CREATE OR REPLACE TRIGGER begin_protected AFTER INSERT ON customers_customer FOR EACH ROW WHEN (NEW.protected)
              EXECUTE FUNCTION moothall.follow_protected();
            CREATE OR REPLACE TRIGGER follow_protected AFTER UPDATE ON customers_customer FOR EACH ROW
              WHEN (OLD.protected <> NEW.protected) EXECUTE FUNCTION moothall.follow_protected();
            {keep("cases_case", "case")}
            {keep("contacts_contact", "contact",
                  " OR NEW.customer_id IS NOT NULL AND OLD.state IS DISTINCT FROM NEW.state")}
            """,
            migrations.RunSQL.noop,
        ),
        KeepApart("customers_customerphone", "customer_id", many=True),
        KeepApart("customers_customertoken", "customer_id", many=True),
        KeepApart("cases_casenote", "case_id"),
        KeepApart("scripts_run", "contact_id", also=in_setting("id", "own_run", "bigint[]")),
        KeepApart("scripts_identitycheck", "contact_number"),
        KeepApart("documents_document", "contact_id", also=in_setting("run_id", "own_run", "bigint[]")),
        # What the first agent hasn't finished stays theirs until they have: protected.sql, in_hand.
        KeepApart("queueing_passing", "contact_id"),
        migrations.RunSQL(
            "CREATE OR REPLACE TRIGGER settle_apart AFTER UPDATE OF state, finished_at ON queueing_passing FOR EACH ROW "
            f"WHEN (NOT NEW.apart) EXECUTE FUNCTION moothall.begin_apart({arguments_apart(['contact_id'])})",
            migrations.RunSQL.noop,
        ),
        KeepApart("outbox_message", "case_id", "contact_id", "customer_id"),
        KeepApart("backoffice_errand", "case_id", "contact_id"),
        # Whoever holds its link pays it, and is the one to whom it was sent.
        KeepApart(
            "payments_paymentrequest", "case_id", "contact_id",
            also="link = (SELECT nullif(current_setting('moothall.link', true), ''))",
        ),
    ]
