"""A scope opens in one function with few statements; the two functions of before become one."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_shared_lines")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(
            "DROP FUNCTION IF EXISTS moothall.open_grants(text, bigint, text, bigint, timestamptz)",
            migrations.RunSQL.noop,
        ),
    ]
