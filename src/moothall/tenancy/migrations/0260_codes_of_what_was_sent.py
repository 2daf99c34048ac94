"""The code of what was sent goes on opening it, and wrong codes are counted by browser, by target and by address."""
from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parents[1]


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0251_gather_what_leads_to_them")]

    operations = [
        migrations.RunSQL((FOLDER / name).read_text(), migrations.RunSQL.noop)
        for name in ("guesses.sql", "residents.sql")
    ]
