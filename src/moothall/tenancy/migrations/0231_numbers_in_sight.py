"""Whether a number is that of somebody protected is told of councils within sight alone."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0217_apart_by_table"), ("queueing", "0230_calls_out")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
    ]
