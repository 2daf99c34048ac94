"""How a council looks and speaks: what is published, which nobody alters, and drafts, which its managers alone see."""
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from moothall.tenancy.operations import IDENTITY, AppendOnly, GuardTable

APPS = Path(__file__).parents[2]


def look():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("brand", models.CharField(max_length=7)),
        ("on_brand", models.CharField(max_length=7)),
        ("host", models.CharField(blank=True, max_length=253)),
        ("logo", models.TextField(blank=True)),
        ("logo_sha256", models.CharField(blank=True, max_length=64)),
        ("texts", models.JSONField(default=dict)),
    ]


def key(to, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0060_council_identity"), ("people", "0002_initial"), ("agreements", "0003_life"),
                    migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "Identity",
            [*look(), ("number", models.PositiveIntegerField()), ("published_at", models.DateTimeField()),
             ("council", key("tenancy.council", db_index=False)),
             ("published_by", key(settings.AUTH_USER_MODEL, null=True))],
            options={"ordering": ["council", "-number"]},
        ),
        migrations.AddConstraint(
            "Identity", models.UniqueConstraint(fields=["council", "number"], name="one_identity_a_number")
        ),
        migrations.AddIndex(
            "Identity",
            models.Index(fields=["logo_sha256"], name="identity_logo", condition=~models.Q(logo_sha256="")),
        ),
        AppendOnly("identity_identity"),
        migrations.CreateModel(
            "IdentityDraft",
            [*look(), ("base", models.PositiveIntegerField(default=0)),
             ("revision", models.PositiveIntegerField(default=1)), ("saved_at", models.DateTimeField()),
             ("council", key("tenancy.council", db_index=False)),
             ("saved_by", key(settings.AUTH_USER_MODEL, null=True))],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            "IdentityDraft", models.UniqueConstraint(fields=["council"], name="one_draft_a_council")
        ),
        GuardTable("identity_identitydraft", IDENTITY, service=False),
        # It is thrown away by whoever may write it; other tenant rows go with the loader's purpose alone.
        migrations.RunSQL(
            "CREATE POLICY discard ON identity_identitydraft FOR DELETE USING "
            "(scope_key = ANY((SELECT nullif(current_setting('moothall.identity', true), '')::int[])::int[]))",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL((APPS / "tenancy/open_scope.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((APPS / "identity/identity.sql").read_text(), migrations.RunSQL.noop),
    ]
