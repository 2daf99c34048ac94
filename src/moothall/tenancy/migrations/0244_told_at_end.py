"""A case tells what was told at the end of its script, and how it stands tells what is still to be sent."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0242_cut_off_tells_nothing")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "residents.sql").read_text(), migrations.RunSQL.noop),
    ]
