"""A search reads the words of its own scope alone, from the index alone, however many customers other councils have."""
from pathlib import Path

from django.db import migrations

# Who is kept apart isn't in the index at all: so the policy that hides them asks nothing of what stands there.
TOKENS = """
CREATE INDEX IF NOT EXISTS customers_customertoken_sought ON customers_customertoken (scope_key, token, customer_id)
  WHERE NOT apart;
DROP INDEX IF EXISTS customers_customertoken_found;
"""
# How common a word is decides which of two is looked for first: a hundred, the default, are too few to know that.
KNOWN = """
ALTER TABLE customers_customertoken ALTER COLUMN token SET STATISTICS 500;
ANALYZE customers_customertoken (token);
"""
WORDS = """
CREATE INDEX IF NOT EXISTS customers_nameword_word ON customers_nameword (word) INCLUDE (scope_key);
CREATE INDEX IF NOT EXISTS customers_nameword_sound ON customers_nameword (sound, word) INCLUDE (scope_key);
DROP INDEX IF EXISTS name_word;
DROP INDEX IF EXISTS name_sound;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0190_protected")]

    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "names.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(TOKENS, migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(WORDS, migrations.RunSQL.noop)],
            [migrations.RemoveIndex("nameword", "name_word"), migrations.RemoveIndex("nameword", "name_sound")],
        ),
    ]
