"""A manager reads who looked at protected people: the few entries that say so are found by an index of their own."""
from pathlib import Path

from django.db import migrations

KINDS = ("see_protected.give", "see_protected.end", "case.look", "protected.find", "customer.protect",
         "customer.unprotect")
INDEX = f"CREATE INDEX IF NOT EXISTS entry_protected ON journal_entry (council_id, id) WHERE kind IN {KINDS}"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0211_protected_before"), ("journal", "0004_sealing")]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX entry_protected"),
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
    ]
