"""Calls that an agent makes: whom we ring, and when to try again."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0190_apart")]

    operations = [
        migrations.AddField("contact", "outgoing", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("contact", "again_at", models.DateTimeField(null=True)),
    ]
