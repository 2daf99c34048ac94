"""Every tax story is of somebody in the cast, and in codes that the simulated package has."""

from tests.revenues_package import codes

from moothall.demo import sources


def test_each_story_belongs_to_the_cast_and_can_be_played():
    stories = sources.read_yaml("tax_stories.yaml")["stories"]
    assert {story["name"] for story in stories} == {person.name for person in sources.cast()}
    assert {story["stage"] for story in stories} <= set(codes.STAGES)
    assert {story["band"] for story in stories} <= set(codes.BANDS)
    assert {story["hold"] for story in stories if "hold" in story} <= set(codes.HOLDS)
    protected = {person.name for person in sources.cast() if person.protected}
    assert all("pw" in story["idv"] for story in stories if story["name"] in protected)  # else nobody could hear it
