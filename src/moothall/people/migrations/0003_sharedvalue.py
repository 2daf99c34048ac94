"""What web processes share about signing in; and the second factors' secrets, which were kept as they are, are sealed."""
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from moothall.lib.sealing import seal

SECRETS = {"totp": "secret", "recovery_codes": "seed"}


def seal_secrets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for factor in apps.get_model("mfa", "Authenticator").objects.filter(type__in=SECRETS):
        name = SECRETS[factor.type]
        factor.data[name] = seal(factor.data[name], purpose="second factor", secrets=[settings.SECRET_KEY])
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("people", "0002_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.CreateModel(
            name="SharedValue",
            fields=[
                (
                    "key",
                    models.CharField(db_collation="C", max_length=255, primary_key=True, serialize=False),
                ),
                ("value", models.JSONField()),
                ("expires_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["expires_at"], name="shared_value_expires")]},
        ),
        migrations.RunPython(seal_secrets, migrations.RunPython.noop),
    ]
