"""Each table says by a function of its own whether a row is about somebody protected, so that a new row costs less."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.apart import keep_apart

BEFORE = """
DROP TRIGGER IF EXISTS keep_apart_new ON cases_case;
DROP TRIGGER IF EXISTS keep_apart_new ON contacts_contact;
DROP TRIGGER IF EXISTS begin_protected ON customers_customer;
DROP TRIGGER IF EXISTS follow_protected ON customers_customer;
DROP FUNCTION IF EXISTS moothall.keep_apart_new(), moothall.follow_protected();
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0216_files_later")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "protected.sql").read_text(), migrations.RunSQL.noop),
        *keep_apart(),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
