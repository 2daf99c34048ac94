"""The words of names, each once a council, with how it sounds: for searches by names that were misspelt or misheard."""
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from moothall.tenancy.operations import CORE, GuardTable

TRIGGERS = """
CREATE TRIGGER keep_words_added AFTER INSERT ON customers_customertoken REFERENCING NEW TABLE AS named
  FOR EACH STATEMENT EXECUTE FUNCTION moothall.keep_name_words();
CREATE TRIGGER keep_words_changed AFTER UPDATE ON customers_customertoken REFERENCING NEW TABLE AS named
  FOR EACH STATEMENT EXECUTE FUNCTION moothall.keep_name_words();
CREATE TRIGGER drop_words AFTER DELETE ON customers_customertoken REFERENCING OLD TABLE AS unnamed
  FOR EACH STATEMENT EXECUTE FUNCTION moothall.drop_name_words();
"""
# The owner is bound by row security as everybody is, so each council's scope is opened for its own words.
OF_WHOM_IS_HERE = """
DO $$
DECLARE one int;
BEGIN
  FOR one IN SELECT number FROM tenancy_council ORDER BY 1 LOOP
    PERFORM set_config('moothall.core', ARRAY[one * 10000]::text, true);
    INSERT INTO customers_nameword (council_id, word)
      SELECT DISTINCT council_id, token FROM customers_customertoken ON CONFLICT DO NOTHING;
  END LOOP;
  PERFORM set_config('moothall.core', '', true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_initial"), ("tenancy", "0002_walls")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "names.sql").read_text(), migrations.RunSQL.noop),
        migrations.CreateModel(
            "NameWord",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(db_collation="C", max_length=60)),
                ("sound", models.GeneratedField(
                    expression=models.Func(models.F("word"), function="moothall.sound_of"),
                    output_field=models.CharField(db_collation="C", max_length=60, null=True), db_persist=True)),
                ("council", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT,
                                              related_name="+", to="tenancy.council")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=["council", "word"], name="one_word_a_council")],
                "indexes": [
                    models.Index(fields=["word"], name="name_word"),
                    models.Index(fields=["sound", "word"], name="name_sound"),
                ],
            },
        ),
        GuardTable("customers_nameword", CORE, service=False),
        migrations.RunSQL(OF_WHOM_IS_HERE, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        # Two common words are compared without a look at the tables: the index holds what row security asks of.
        migrations.RemoveIndex("customertoken", "customer_token"),
        migrations.RunSQL(
            "CREATE INDEX customers_customertoken_found ON customers_customertoken (token, customer_id) "
            "INCLUDE (scope_key)", "DROP INDEX customers_customertoken_found"),
    ]
