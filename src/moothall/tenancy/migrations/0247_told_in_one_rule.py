"""What was told of a case is put together by one rule, for protected people's cases too."""
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parents[1]


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0246_run_before_key")]

    operations = [
        migrations.RunSQL((HERE / "residents.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "protected.sql").read_text(), migrations.RunSQL.noop),
    ]
