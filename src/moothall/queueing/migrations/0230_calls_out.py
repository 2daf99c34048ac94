"""Whether the exchange lets desks ring somebody; numbers of protected people aren't rung from there."""
from pathlib import Path

from django.db import migrations, models

PROTECTED = Path(__file__).parents[2] / "tenancy" / "protected.sql"  # number_of_protected


class Migration(migrations.Migration):
    dependencies = [
        ("queueing", "0220_consults"), ("contacts", "0220_outgoing"), ("tenancy", "0217_apart_by_table"),
    ]

    operations = [
        migrations.AddField("routerstate", "calls_out", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(PROTECTED.read_text(), migrations.RunSQL.noop),
    ]
