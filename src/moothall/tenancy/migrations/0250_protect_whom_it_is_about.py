"""Whoever a case is about can be protected though no customer is linked to it, by a script's step or by a button."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.apart import keep_apart


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0249_told_no_blanks")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
        *keep_apart(),
    ]
