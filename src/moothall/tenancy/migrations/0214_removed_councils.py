"""A council may be one that was added by mistake."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0213_own_run")]

    operations = [
        migrations.AlterField(
            "council", "kind",
            models.CharField(
                choices=[("council", "Council"), ("partnership", "Partnership"), ("removed", "Removed")],
                default="council", max_length=12,
            ),
        ),
    ]
