"""That a message didn't reach somebody protected is told of their case, and nothing else of it."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0244_told_at_end")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
    ]
