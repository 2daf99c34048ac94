"""A need that an agent began by mistake may be closed as such."""
from django.db import migrations, models

OUTCOMES = [
    ("resolved", "Answered at once"), ("case_opened", "Case opened"), ("signposted", "Told who can help"),
    ("referred", "Handed to an officer"), ("callback", "To be rung back"), ("broken_off", "Broken off"),
    ("mistaken", "Begun by mistake"), ("went_on", "Went on for its council"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("contacts", "0220_outgoing")]

    operations = [
        migrations.AlterField("need", "outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=16)),
    ]
