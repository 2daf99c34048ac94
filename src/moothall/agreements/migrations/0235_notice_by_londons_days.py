"""Notice given late on a winter's evening may end on its first day in summer: both are counted by London's days."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0218_recalled"), ("tenancy", "0234_discreet_standing")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
    ]
