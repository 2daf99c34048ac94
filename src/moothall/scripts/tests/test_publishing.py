"""Publishing councils' own ways: who follows what, what it is compared with, and what no agreement allows."""

import shutil
from dataclasses import replace

import pytest

from moothall.cli import pack, pack_diff
from moothall.domain.findings import Place
from moothall.domain.interview.threeway import changes, judge
from moothall.lib import clock
from moothall.scripts import agreed, packs, versions
from moothall.scripts.conflicts import published_pack
from moothall.scripts.models import ScriptVersion
from moothall.scripts.opened import open_pack
from moothall.scripts.packs import FOLDER, load_pack, read_published
from moothall.scripts.tests.walks import begun
from moothall.scripts.versions import PackRefused, publish_packs, script_of, version_for
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
    for name in ("refuse", "common", "first-contact"):
        shutil.copytree(FOLDER / name, tmp_path / name)
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


BASE, NEWER = "What is the postcode where the bin is?", "Which postcode is it?"
COUNCIL_FILE = "parameters/E07000131.yaml"


def edit(folder, file, old, new):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))


def rows():
    return set(ScriptVersion.objects.values_list("key", "hash", "published_at"))


def conflicts(folder):
    with pytest.raises(PackRefused) as refused:
        publish_packs(folders=[folder])
    return [each for each in refused.value.findings if each.code == "conflict"]


@pytest.fixture
def beneath(town, own_way, monkeypatch):
    """Harborough's own words are published, and then the base changes beneath them."""
    monkeypatch.setattr(versions, "load_pack", load_pack)
    publish_packs(folders=[own_way])
    edit(own_way, "scripts/bin-days.yaml", f'say: {{en: "{BASE}"}}', f'say: {{en: "{NEWER}"}}')
    return own_way


def test_nothing_is_published_while_a_council_must_choose(beneath):
    before = rows()
    (told,) = conflicts(beneath)
    assert all(text in told.words for text in ("Harborough District Council", "“Postcode” (say)", BASE, NEWER))
    assert "“What's your postcode?”" in told.words
    assert "keeps: {postcode.say: " in told.remedy
    assert (told.place.file, told.place.what) == (str(beneath / COUNCIL_FILE), "bin-days, texts “postcode.say”")
    assert "postcode.say" in (beneath / COUNCIL_FILE).read_text().splitlines()[told.place.line - 1]
    with pytest.raises(PackRefused):
        publish_packs(folders=[beneath.parent / "common", beneath])  # nor is another pack beside it
    assert rows() == before
    assert len(conflicts(beneath)) == 1  # it is asked as often as somebody tries


def test_the_command_says_for_whom_which_script_changed(own_way, town, capsys, monkeypatch):
    monkeypatch.setattr(pack, "set_up_django", lambda _: None)
    monkeypatch.setattr(versions, "load_pack", load_pack)
    publish_packs(folders=[own_way])
    assert pack.publish([own_way], as_json=False) == 0
    assert capsys.readouterr().out.startswith("Nothing changed: each text was in force already.\n")
    edit(own_way, COUNCIL_FILE, "What's your postcode?", "Where is it, by postcode?")
    assert pack.publish([own_way], as_json=False) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1].endswith("in force.") and printed[:-1]
    assert all(line.startswith("Changed: ") and line.endswith("Harborough.") for line in printed[:-1]), printed


def test_the_command_says_what_pack_diff_says_and_ends_with_1(beneath, capsys, monkeypatch):
    before = rows()
    monkeypatch.setattr(pack, "set_up_django", lambda _: None)
    monkeypatch.setattr(pack_diff, "set_up_django", lambda _: None)
    assert pack_diff.diff(beneath, "published") == 1
    chosen = capsys.readouterr().out.partition("CHOOSE  ")[2].splitlines()
    assert pack.publish([beneath], as_json=False) == 1
    printed = capsys.readouterr().out
    assert chosen[0] in printed and chosen[1].strip() in printed and "Nothing was published" in printed
    assert rows() == before


def test_a_council_that_stays_with_its_words_is_asked_again_when_the_base_changes_again(beneath):
    mark = conflicts(beneath)[0].remedy.partition("{")[2].partition("}")[0]
    edit(beneath, COUNCIL_FILE, "    texts:", f"    keeps: {{{mark}}}\n    texts:")
    publish_packs(folders=[beneath])
    assert said("E07000131") == "What's your postcode?" and said("E07000130") == NEWER
    publish_packs(folders=[beneath])
    edit(beneath, "scripts/bin-days.yaml", NEWER, "Say the postcode?")
    (told,) = conflicts(beneath)
    assert "Say the postcode?" in told.words and NEWER in told.words and mark not in told.remedy


@pytest.mark.parametrize(
    ("own", "says"),
    [('{en: "Where is it, by postcode?"}', "Where is it, by postcode?"), (f'{{en: "{NEWER}"}}', NEWER)],
)
def test_newer_words_or_the_bases_are_a_choice(beneath, own, says):
    edit(beneath, COUNCIL_FILE, """{en: "What's your postcode?"}""", own)
    publish_packs(folders=[beneath])
    assert said("E07000131") == says


def test_a_way_that_was_away_meanwhile_is_compared_with_the_base_it_had(beneath):
    """Its words aren't newer than the base because others published without them."""
    with_it = (beneath / COUNCIL_FILE).read_text()
    (beneath / COUNCIL_FILE).unlink()
    for path in (beneath / "examples").glob("*.yaml"):
        path.write_text("examples: []\n")
    publish_packs(folders=[beneath])
    (beneath / COUNCIL_FILE).write_text(with_it)
    assert [each.place.what for each in conflicts(beneath)] == ["bin-days, texts “postcode.say”"]


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
