"""What every page needs of a council's published identity stands in its row: its host, which logo, which version."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0020_halts")]

    operations = [
        migrations.AddField("council", "host", models.CharField(blank=True, max_length=253, null=True, unique=True)),
        migrations.AddField("council", "logo", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("council", "identity", models.PositiveBigIntegerField(null=True)),
    ]
