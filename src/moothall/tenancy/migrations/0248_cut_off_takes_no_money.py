"""While its council is cut off, a link to pay leads nowhere."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0247_told_in_one_rule")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
    ]
