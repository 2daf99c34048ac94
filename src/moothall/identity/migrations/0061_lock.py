"""Whoever saves an identity holds up nothing that only names the council, like a call that comes in."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("identity", "0060_identity")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "identity.sql").read_text(), migrations.RunSQL.noop),
    ]
