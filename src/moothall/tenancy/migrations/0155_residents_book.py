"""What a resident's own run leaves for others to do: a message, something to pay, an errand. They see none of it but by
the link that is sent to them."""
from django.db import migrations

from moothall.tenancy.operations import in_setting

OF_IT = in_setting("contact_id", "own_contact", "bigint[]")
TABLES = ("outbox_message", "payments_paymentrequest", "backoffice_errand")


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0140_residents"), ("outbox", "0150_messages"), ("payments", "0151_payments"),
        ("backoffice", "0153_errands"),
    ]

    operations = [
        migrations.RunSQL(f"CREATE POLICY add_own ON {table} FOR INSERT WITH CHECK ({OF_IT})", migrations.RunSQL.noop)
        for table in TABLES
    ]
