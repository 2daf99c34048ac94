"""What opens a run on the public pages: hashes of its secret and its code, and guesses at codes, to be counted."""
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scripts", "0110_run_level_parent")]

    operations = [
        migrations.CreateModel(
            "RunKey",
            [
                ("run", models.BigIntegerField(primary_key=True, serialize=False, db_column="run_id")),
                ("council", models.IntegerField()),
                ("service", models.IntegerField()),
                ("secret_hash", models.CharField(max_length=64)),
                ("code_hash", models.CharField(max_length=64, db_index=True)),
                ("used_hash", models.CharField(max_length=64, db_index=True)),
                ("expires_at", models.DateTimeField()),
                ("contact", models.BigIntegerField(null=True, db_column="contact_id")),
            ],
        ),
        migrations.CreateModel(
            "CodeGuess",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("who", models.CharField(max_length=64, db_index=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
