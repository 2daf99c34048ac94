"""A resident's scope: their own run and what came of it, the addresses at a postcode, the crews' days."""
from pathlib import Path

from django.db import migrations

from moothall.tenancy.operations import in_setting

HERE = Path(__file__).parents[1]
OWN_RUN = in_setting("id", "own_run", "bigint[]")
OWN_CONTACT = in_setting("id", "own_contact", "bigint[]")
OF_IT = in_setting("contact_id", "own_contact", "bigint[]")
ROUNDS = in_setting("scope_key", "rounds")


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0152_link_holders"), ("scripts", "0140_run_key"), ("agreements", "0025_glass")]

    operations = [
        migrations.RunSQL((HERE / "open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((HERE / "residents.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(
            f"""
            DROP POLICY IF EXISTS see_own ON scripts_run;
            CREATE POLICY see_own ON scripts_run FOR SELECT USING ({OWN_RUN});
            DROP POLICY IF EXISTS change_own ON scripts_run;
            CREATE POLICY change_own ON scripts_run FOR UPDATE USING ({OWN_RUN}) WITH CHECK ({OWN_RUN});
            DROP POLICY IF EXISTS see_own ON contacts_contact;
            CREATE POLICY see_own ON contacts_contact FOR SELECT USING ({OWN_CONTACT});
            DROP POLICY IF EXISTS change_own ON contacts_contact;
            CREATE POLICY change_own ON contacts_contact FOR UPDATE USING ({OWN_CONTACT}) WITH CHECK ({OWN_CONTACT});
            DROP POLICY IF EXISTS see_own ON contacts_need;
            CREATE POLICY see_own ON contacts_need FOR SELECT USING ({OF_IT});
            DROP POLICY IF EXISTS add_own ON contacts_need;
            CREATE POLICY add_own ON contacts_need FOR INSERT WITH CHECK ({OF_IT});
            DROP POLICY IF EXISTS change_own ON contacts_need;
            CREATE POLICY change_own ON contacts_need FOR UPDATE USING ({OF_IT}) WITH CHECK ({OF_IT});
            DROP POLICY IF EXISTS see_own ON cases_case;
            CREATE POLICY see_own ON cases_case FOR SELECT USING ({OF_IT});
            DROP POLICY IF EXISTS add_own ON cases_case;
            CREATE POLICY add_own ON cases_case FOR INSERT WITH CHECK ({OF_IT});
            DROP POLICY IF EXISTS see_rounds ON places_collection;
            CREATE POLICY see_rounds ON places_collection FOR SELECT USING ({ROUNDS});
            """,
            migrations.RunSQL.noop,
        ),
    ]
