"""A scope for a stated emergency: it reads what is one council's, and writes nothing."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0060_council_identity"), ("agreements", "0025_glass")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
    ]
