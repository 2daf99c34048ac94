"""Publishing councils' own ways: who follows what, what it is compared with, and what no agreement allows."""

import shutil
from dataclasses import replace

import pytest

from moothall.domain.findings import Place
from moothall.domain.interview.threeway import changes, judge
from moothall.lib import clock
from moothall.scripts import agreed, packs, versions
from moothall.scripts.models import ScriptVersion
from moothall.scripts.packs import FOLDER, load_pack, open_pack, read_published
from moothall.scripts.tests.walks import begun
from moothall.scripts.versions import PackRefused, publish_packs, published_pack, script_of, version_for
from moothall.tenancy.principals import Staff
from moothall.tenancy.scope import scope

OVERLAY = """
overlay:
  bin-days:
    texts:
      postcode.say: {en: "What's your postcode?"}
"""


@pytest.fixture
def own_way(tmp_path, settings):
    """The shipped packs, with Harborough saying one thing its own way."""
    settings.PACKS = str(tmp_path)
    for pack in ("refuse", "common", "first-contact"):
        shutil.copytree(FOLDER / pack, tmp_path / pack)
    file = tmp_path / "refuse" / "parameters" / "E07000131.yaml"
    file.write_text(file.read_text().partition("\noverlay:")[0] + OVERLAY)
    return tmp_path / "refuse"


def said(gss):
    return read_published(version_for("bin-days", gss).text)[0].step("postcode").say.get("en")


def test_a_council_follows_its_own_way_and_a_run_keeps_what_it_began_with(world, town, own_way, as_role, monkeypatch):
    monkeypatch.setattr(versions, "load_pack", load_pack)
    with as_role("web"), scope(Staff(world.sam)):
        before = begun(world, "bin-days")
    publish_packs(folders=[own_way])
    assert said("E07000131") == "What's your postcode?"
    assert said("E07000130") == "What is the postcode where the bin is?"
    with as_role("web"), scope(Staff(world.sam)):
        after = begun(world, "bin-days")
    assert script_of(before).step("postcode").say.get("en") == "What is the postcode where the bin is?"
    assert script_of(after).step("postcode").say.get("en") == "What's your postcode?"


def test_what_is_published_is_the_old_base_of_a_comparison(town, own_way, monkeypatch):
    monkeypatch.setattr(versions, "load_pack", load_pack)
    publish_packs(folders=[own_way])
    path = own_way / "scripts" / "bin-days.yaml"
    path.write_text(path.read_text().replace("What is the postcode where the bin is?", "Which postcode is it?"))
    old, new = published_pack("refuse"), open_pack(own_way, [])
    found = changes(old.scripts["bin-days"], new.scripts["bin-days"])
    assert [(change.step, change.part) for change in found] == [("postcode", "say"), ("postcode", "page")]
    assert changes(old.scripts["missed-bin"], new.scripts["missed-bin"]) == []
    ways = [overlays["E07000131"]["bin-days"] for overlays in (new.overlays, old.overlays)]
    held = judge("Harborough", *ways, found, new.scripts["bin-days"])
    assert [each.bearing for each in held] == ["choose"]


def test_a_pack_that_opens_what_nobody_resolves_is_refused(town, own_way, monkeypatch):
    answers = frozenset({"answer"})
    monkeypatch.setattr(versions, "load_pack", load_pack)
    monkeypatch.setattr(agreed, "functions_in_force", lambda service: {"E07000131": answers, "E07000130": answers})
    with pytest.raises(PackRefused) as refused:
        publish_packs(folders=[own_way])
    assert {finding.code for finding in refused.value.findings} == {"outside-agreement"}
    assert said("E07000131") == "What is the postcode where the bin is?"
    monkeypatch.setattr(agreed, "functions_in_force", lambda service: {})
    publish_packs(folders=[own_way])


def test_the_agreements_in_force_say_who_answers_and_who_resolves(world, town):
    assert agreed.functions_in_force("refuse").get("E07000131") == frozenset({"answer", "resolve"})
    assert agreed.functions_in_force("no-such-service") == {}


def placeless(script):
    """A published text has no lines and columns of a file."""
    return replace(script, steps=tuple(replace(step, place=Place()) for step in script.steps))


class Nobody:
    """A lock that nobody may wait for."""

    def __enter__(self):
        raise AssertionError("waited for whoever reads another text")

    def __exit__(self, *gone):
        pass


def test_who_asks_for_a_text_that_was_read_waits_for_nobody(town, monkeypatch):
    text = ScriptVersion.objects.filter(key="bin-days").first().text
    found = read_published(text)
    monkeypatch.setattr(packs, "_reading", Nobody())
    assert read_published(text) is found


def test_a_text_that_cant_be_read_is_tried_once_in_a_process(world, monkeypatch):
    """Of an older installation: each page of the public asks for all that is published."""
    monkeypatch.setattr(versions, "_unread", {})
    tried = []
    monkeypatch.setattr(versions, "read_published", lambda text: tried.append(text) or read_published(text))
    old = "script: of an older installation"
    version = ScriptVersion.objects.create(hash="0" * 63 + "1", pack="x", key="x", text=old, published_at=clock.now())
    for _ in range(2):
        with pytest.raises(ValueError, match="can't be read"):
            versions.script_at(version.pk)
    assert tried == [old]


def test_what_is_kept_at_publishing_is_what_the_text_says(town):
    """Runs follow what was made of the files; after a restart, what is read from the text: the two are one."""
    addresses = publish_packs()
    assert len(addresses) > 50
    for version in ScriptVersion.objects.filter(hash__in=addresses):
        kept, (script, parameters) = versions._seen[version.hash], read_published(version.text)
        assert placeless(kept.script) == placeless(script), version.key
        assert kept.parameters == parameters, version.key
        assert kept.pack == version.pack
