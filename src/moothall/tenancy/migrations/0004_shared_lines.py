"""Calls on a partnership's line: what a request that names one may see, and the lease with which the call goes on."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_instants"), ("queueing", "0002_lease_via"), ("agreements", "0003_life")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "shared_lines.sql").read_text(), migrations.RunSQL.noop),
    ]
