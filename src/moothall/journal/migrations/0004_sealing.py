"""What the sealer needs: the transaction that wrote an entry, and the list of a block's entries.

Entries that are there already take the number of this migration's own transaction, without the table being written anew.
No block exists yet, so its new columns need no default of sense.
"""
import django.contrib.postgres.constraints
from django.db import migrations, models

import moothall.journal.models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_entry_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='xact',
            field=models.BigIntegerField(db_default=moothall.journal.models.WritingTransaction()),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['xact', 'id'], name='entry_xact'),
        ),
        migrations.AddField(
            model_name='block',
            name='ids',
            field=moothall.journal.models.IdSet(default='{}'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='block',
            name='marks',
            field=models.BinaryField(default=b''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='block',
            name='cluster',
            field=models.CharField(default='', max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='block',
            name='horizon',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='block',
            name='own_xact',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='block',
            name='settled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                name='one_block_an_entry', expressions=[('ids', '&&')],
            ),
        ),
    ]
