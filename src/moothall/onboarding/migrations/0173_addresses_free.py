"""Whoever was removed with their council and is named elsewhere gives back the e-mail address that they signed in by."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

FREE = """
DELETE FROM account_emailaddress e USING people_person p WHERE p.id = e.user_id AND p.email LIKE 'removed-%@removed.invalid';
DELETE FROM mfa_authenticator m USING people_person p WHERE p.id = m.user_id AND p.email LIKE 'removed-%@removed.invalid';
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0172_remove"), ("account", "0001_initial"), ("mfa", "0001_initial")]
    operations = [
        migrations.RunSQL((Path(__file__).parents[1] / "remove.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(FREE, migrations.RunSQL.noop),
    ]
