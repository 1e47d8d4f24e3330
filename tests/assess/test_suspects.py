"""Looking for label errors: a delivery beside soft maps and beside others' labels."""

from pathlib import Path

import numpy as np
import pytest

from assay.assess.suspects import Evidence, _room_around, find_suspects
from assay.delivery import Delivery, Reading, Region
from assay.errors import ParameterError
from assay.formats.soft_maps import open_soft_maps
from assay.labels import LabelMap, Ontology
from assay.suspicion import METHODS
from maps import TINY, drawn

TRUTH = drawn("11111111 11111111 11222111 11222111 11222111 11111111")
WRONG = drawn("11111111 11111111 11111111 11111111 11111111 11111111")


def delivery(name: str, **maps: LabelMap | None) -> Delivery:
    return Delivery(name, "memory", TINY, tuple(sorted(maps)), lambda key: Reading(maps[key]))


@pytest.fixture
def soft(tmp_path: Path) -> Path:
    """Probabilities of a model that sees the truth of items a and b, and nothing of c."""
    (tmp_path / "soft.toml").write_text('axes = "hwc"\nclasses = ["road", "car"]\n')
    planes = np.stack([TRUTH.to_dense() == 1, TRUTH.to_dense() == 2], axis=-1)
    for key in "ab":
        np.savez(tmp_path / f"{key}.npz", np.where(planes, 0.95, 0.05).astype(np.float32))
    return tmp_path


def test_the_wrong_image_and_its_region_come_first(soft: Path) -> None:
    candidate = delivery("us", a=TRUTH, b=WRONG)
    report = find_suspects(candidate, Evidence(open_soft_maps(soft, TINY)), workers=1)
    assert [item.key for item in report.items] == ["b", "a"]
    (suspect,) = report.suspects
    assert (suspect.item, suspect.kind, suspect.region) == (
        "b",
        "missing_object",
        Region(2, 2, 5, 5),
    )
    assert report.kinds["missing_object"] == report.found == 1
    assert (report.evidence, report.method) == ("soft maps", "regions")


@pytest.mark.parametrize("method", METHODS.names())
def test_every_method_ranks_the_wrong_image_first(soft: Path, method: str) -> None:
    candidate = delivery("us", a=TRUTH, b=WRONG)
    report = find_suspects(
        candidate, Evidence(open_soft_maps(soft, TINY)), METHODS.get(method), workers=1
    )
    assert report.items[0].key == "b"
    assert report.suspects[0].item == "b"


def test_an_item_without_soft_map_is_not_judged_and_says_so(soft: Path) -> None:
    candidate = delivery("us", a=TRUTH, c=WRONG)
    report = find_suspects(candidate, Evidence(open_soft_maps(soft, TINY)), workers=1)
    last = report.items[-1]
    assert (last.key, last.status, np.isnan(last.score)) == ("c", "no_evidence", True)
    assert [(f.rule, f.item) for f in report.findings] == [("soft-map-missing", "c")]
    assert report.judged_items == 1


def test_others_are_a_panel_whose_members_may_be_absent() -> None:
    candidate = delivery("us", a=WRONG, b=TRUTH, c=TRUTH)
    others = (
        delivery("x", a=TRUTH, b=TRUTH),
        delivery("y", a=TRUTH, b=drawn("11"), c=None),
    )
    report = find_suspects(candidate, Evidence(others=others), workers=1)
    assert [(s.item, s.kind) for s in report.suspects] == [("a", "missing_object")]
    assert {item.key: item.status for item in report.items} == {
        "a": "judged",
        "b": "judged",
        "c": "no_evidence",
    }
    assert [finding.rule for finding in report.findings] == ["wrong-size", "missing-item"]
    assert report.findings[0].message.startswith("y: ")


def test_the_number_of_workers_changes_nothing(soft: Path) -> None:
    candidate = delivery("us", a=TRUTH, b=WRONG)
    one, two = (
        find_suspects(candidate, Evidence(open_soft_maps(soft, TINY)), workers=number)
        for number in (1, 2)
    )
    assert (one.items, one.suspects) == (two.items, two.suspects)


def test_exhibits_show_the_surroundings_of_the_first_suspects(soft: Path) -> None:
    candidate = delivery("us", b=WRONG)
    photo = np.zeros((3, 4, 3), np.uint8)
    report = find_suspects(
        candidate,
        Evidence(open_soft_maps(soft, TINY)),
        exhibits=3,
        photographs=lambda key: photo if key == "b" else None,
        workers=1,
    )
    (exhibit,) = report.exhibits
    assert (exhibit.suspect, exhibit.labels, exhibit.rival) == (report.suspects[0], WRONG, TRUTH)
    assert exhibit.doubt[3, 3] == round(0.95 * 255)
    assert exhibit.image is not None
    assert exhibit.image.shape == photo.shape


def test_verdicts_turn_scores_into_probabilities(soft: Path) -> None:
    candidate = delivery("us", b=WRONG)
    evidence = Evidence(open_soft_maps(soft, TINY))
    with pytest.raises(ParameterError, match="0 verdicts are about regions that are suspect now"):
        find_suspects(candidate, evidence, verdicts={("z", Region(0, 0, 1, 1)): True}, workers=1)


def test_only_as_many_regions_as_asked_for_are_listed(soft: Path) -> None:
    candidate = delivery("us", a=WRONG, b=WRONG)
    report = find_suspects(candidate, Evidence(open_soft_maps(soft, TINY)), top=1, workers=1)
    assert (len(report.suspects), report.found) == (1, 2)


def test_wrong_use_is_refused(soft: Path) -> None:
    ours, theirs = delivery("us", a=TRUTH), delivery("them", a=TRUTH)
    maps = open_soft_maps(soft, TINY)
    with pytest.raises(ParameterError, match="either soft maps"):
        Evidence()
    with pytest.raises(ParameterError, match="either soft maps"):
        Evidence(maps, (theirs,))
    with pytest.raises(ParameterError, match="holds no items"):
        find_suspects(delivery("us"), Evidence(maps))
    with pytest.raises(ParameterError, match="takes soft maps"):
        find_suspects(ours, Evidence(others=(theirs,)), METHODS.get("confident-learning"))
    with pytest.raises(ParameterError, match="top is 0"):
        find_suspects(ours, Evidence(maps), top=0)
    with pytest.raises(ParameterError, match="its own name"):
        Evidence(others=(theirs, theirs))
    other = Delivery("o", "memory", Ontology(TINY.classes), ("a",), lambda _: Reading(TRUTH))
    with pytest.raises(ParameterError, match="different ontologies"):
        find_suspects(ours, Evidence(others=(other,)))


@pytest.mark.parametrize(
    ("region", "window"),
    [
        (Region(100, 100, 102, 102), Region(80, 80, 122, 122)),
        (Region(0, 298, 2, 300), Region(0, 258, 42, 300)),
        (Region(10, 10, 12, 200), Region(0, 0, 200, 300)),
    ],
)
def test_surroundings_are_square_and_moved_into_the_frame(region: Region, window: Region) -> None:
    assert _room_around(region, (200, 300)) == window
