"""Whoever is protected has with them what nobody was named in, and what leads to them all the same."""
from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0250_protect_whom_it_is_about")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
    ]
