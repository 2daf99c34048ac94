"""A lease of a call that was passed on shows of its needs, runs and what came of them what its receiver answers."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.operations import in_setting

TABLES = ("contacts_need", "scripts_run", "scripts_stepcomment", "outbox_message", "payments_paymentrequest",
          "backoffice_errand")
LEASED = (
    f"{in_setting('council_id', 'lease_council')} AND {in_setting('contact_id', 'lease_contact', 'bigint[]')} AND ("
    "(SELECT coalesce(current_setting('moothall.lease_keys', true), '')) = '' "
    f"OR {in_setting('scope_key', 'lease_keys')})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0155_residents_book"), ("tenancy", "0156_guesses_counted"), ("queueing", "0004_passings"),
        ("scripts", "0180_step_comments"),
    ]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        *(
            migrations.RunSQL(
                f"ALTER POLICY see_leased_contact_id ON {table} USING ({LEASED});"
                f"ALTER POLICY change_leased_contact_id ON {table} USING ({LEASED}) WITH CHECK ({LEASED});"
                f"ALTER POLICY add_leased ON {table} WITH CHECK ({LEASED})",
                migrations.RunSQL.noop,
            )
            for table in TABLES
        ),
    ]
