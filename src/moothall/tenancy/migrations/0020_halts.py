"""A scope knows of pauses, recalls and cuts: what is halted is seen by nobody whom it halts."""
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parents[1]


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_one_scope_call"), ("agreements", "0020_halts")]

    operations = [
        migrations.RunSQL((HERE / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "shared_lines.sql").read_text(), migrations.RunSQL.noop),
    ]
