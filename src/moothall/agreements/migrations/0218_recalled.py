"""Who lets a share go on that was taken back meanwhile is told so."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0025_glass")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "control.sql").read_text(), migrations.RunSQL.noop),
    ]
