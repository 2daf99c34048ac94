"""A run knows how far the caller is proved, and the run that it interrupts."""
from django.db import migrations, models

from moothall.tenancy.models import tenant_key
from moothall.tenancy.operations import TenantForeignKey


class Migration(migrations.Migration):
    dependencies = [("scripts", "0001_initial"), ("tenancy", "0002_walls")]

    operations = [
        migrations.AddField("run", "level", models.SmallIntegerField(default=0)),
        migrations.AddField("run", "parent", tenant_key("scripts.Run", null=True, related_name="interrupts")),
        TenantForeignKey("scripts_run", "parent_id", "scripts_run"),
    ]
