"""People who are protected: the database shows them, and what is about them, to whoever has the right alone."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.apart import keep_apart

HERE = Path(__file__).parents[1]


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0200_passed_on"), ("customers", "0190_protected"), ("cases", "0190_apart"),
        ("contacts", "0190_apart"), ("scripts", "0190_apart"), ("outbox", "0190_apart"), ("payments", "0190_apart"),
        ("backoffice", "0190_apart"), ("queueing", "0190_apart"), ("documents", "0191_apart"),
    ]

    operations = [
        migrations.RunSQL((HERE / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "protected.sql").read_text(), migrations.RunSQL.noop),
        *keep_apart(),
    ]
