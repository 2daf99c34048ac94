from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0002_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='need',
            name='outcome',
            field=models.CharField(blank=True, choices=[('resolved', 'Answered at once'), ('case_opened', 'Case opened'), ('signposted', 'Told who can help'), ('referred', 'Handed to an officer'), ('callback', 'To be rung back'), ('broken_off', 'Broken off'), ('went_on', 'Went on for its council')], max_length=16),
        ),
    ]
