"""Two agreements signed at the same instant are settled one after the other, so that they can't claim the same."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0020_halts")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "life.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((Path(__file__).parents[1] / "drafts.sql").read_text(), migrations.RunSQL.noop),
    ]
