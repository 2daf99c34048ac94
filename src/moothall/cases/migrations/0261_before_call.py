"""What was before a call is said once, for the desk's count and for the list."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0233_one_sequence"), ("contacts", "0190_apart"), ("tenancy", "0251_gather_what_leads_to_them")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parents[1] / "before.sql").read_text(),
            "DROP FUNCTION moothall.before_call(bigint, bigint, bigint, timestamptz)",
        ),
    ]
