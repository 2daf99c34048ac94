"""A scope for whoever holds a secret link: it shows the one row to which the link leads."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0025_glass"), ("payments", "0151_payments")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "open_scope.sql").read_text(), migrations.RunSQL.noop),
    ]
