"""A run whose code was given away in a call, and the need that it left there when it went on on the web."""
from django.db import migrations, models

STATES = [("open", "Open"), ("done", "Done"), ("left", "Left"), ("given", "Given away")]


class Migration(migrations.Migration):
    dependencies = [("scripts", "0190_apart")]

    operations = [
        migrations.AddField("run", "need_number", models.BigIntegerField(null=True)),
        migrations.AlterField("run", "state", models.CharField(choices=STATES, default="open", max_length=6)),
    ]
