"""Rules about shapes as they were drawn, on COCO files as vendors write them."""

from pathlib import Path
from typing import Any

import pytest

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.labels import LabelMap
from assay.validation import VALIDATION_RULES
from assay.validation.outlines import CrossingParameters, DegenerateParameters, OutsideParameters
from assay.validation.overlapping_shapes import OverlapParameters
from assay.validation.running import Task, check_item
from assay.validation.spec import Need
from assay.validation.subject import Subject
from formats.cocos import SQUARE, annotation, document, opened
from maps import TINY

RULES = tuple(rule for rule in VALIDATION_RULES if rule.needs == Need.SHAPES)


def found(folder: Path, *annotations: dict[str, Any], **settings: Any) -> list[Finding]:
    """What the rules say of an image of 6×8 px; settings go to the one rule that has them."""
    reading = opened(folder, document(*annotations)).read("a")
    assert reading.label_map is not None, reading.findings
    subject = Subject("a", reading.label_map, TINY, reading.shapes)
    tasks = [
        Task(
            rule,
            rule.parameters(
                **{
                    name: value
                    for name, value in settings.items()
                    if name in rule.parameters.__dataclass_fields__
                }
            ),
        )
        for rule in RULES
    ]
    return list(check_item(subject, tasks).findings)


def said(findings: list[Finding]) -> list[tuple[str, Severity, str]]:
    return [(finding.rule, finding.severity, finding.message) for finding in findings]


def test_objects_side_by_side_are_sound(tmp_path: Path) -> None:
    right = annotation([[5, 1, 8, 1, 8, 4, 5, 4]], category_id=2, id=2)
    assert found(tmp_path, annotation(), right) == []


def test_both_objects_of_an_overlap_are_named_with_its_pixels(tmp_path: Path) -> None:
    above = annotation([[3, 0, 8, 0, 8, 3, 3, 3]], category_id=3, id=8)
    below = annotation(category_id=2, id=7)
    (finding,) = found(tmp_path, below, above, least_px=4)
    assert finding.message == (
        "Annotation 8 (person) lies over annotation 7 (car): they share 4 px, 33 % of the smaller."
    )
    assert finding.region == Region(1, 3, 3, 5)
    assert found(tmp_path, below, above, least_px=5) == []


def test_a_thing_over_stuff_is_layering_and_the_reverse_is_not(tmp_path: Path) -> None:
    road = annotation([[0, 0, 8, 0, 8, 6, 0, 6]], category_id=1, id=1)
    car = annotation(category_id=2, id=2)
    assert found(tmp_path, road, car) == []
    assert [finding.rule for finding in found(tmp_path, car, road)] == ["overlapping-shapes"]
    assert len(found(tmp_path, road, car, layers=False)) == 1


def test_an_object_drawn_twice_is_an_error(tmp_path: Path) -> None:
    once, twice = (annotation(category_id=2, id=number) for number in (4, 5))
    (finding,) = found(tmp_path, once, twice)
    assert finding.severity == Severity.ERROR
    assert finding.message.startswith("Annotation 5 (car) repeats annotation 4 (car)")


def test_a_hidden_object_is_an_error_and_one_on_another_is_none(tmp_path: Path) -> None:
    whole = annotation([[0, 0, 8, 0, 8, 6, 0, 6]], category_id=2, id=1)
    cup = annotation(category_id=3, id=2)
    (hidden,) = found(tmp_path, cup, whole)
    assert (hidden.severity, hidden.message.split(":")[0]) == (
        Severity.ERROR,
        "Annotation 1 (car) hides annotation 2 (person)",
    )
    (resting,) = found(tmp_path, whole, cup)
    assert (resting.severity, resting.message.split(":")[0]) == (
        Severity.INFO,
        "Annotation 2 (person) lies on annotation 1 (car)",
    )


def test_run_lengths_overlap_like_polygons_and_void_never_does(tmp_path: Path) -> None:
    whole = {"size": [6, 8], "counts": [0, 48]}
    assert len(found(tmp_path, annotation(whole, category_id=2), annotation(category_id=3))) == 1
    void = annotation(whole, category_id=255, iscrowd=1)
    assert found(tmp_path, annotation(category_id=2), void) == []


def test_a_bow_tie_crosses_itself_with_its_place_and_loop(tmp_path: Path) -> None:
    bow_tie = annotation([[1, 1, 5, 5, 5, 1, 1, 5]], category_id=2, id=3)
    (finding,) = found(tmp_path, bow_tie)
    assert said([finding]) == [
        (
            "self-crossing-outline",
            Severity.WARNING,
            (
                "The outline of annotation 3 (car) crosses itself once, first at (3.0, 3.0); its "
                "largest loop has 4 px."
            ),
        )
    ]
    assert finding.region == Region(0, 0, 6, 6)
    assert found(tmp_path, bow_tie, least_loop_px=5) == []


def test_outlines_of_a_thousand_vertices_are_searched_too(tmp_path: Path) -> None:
    ring = [number for x in range(1000) for number in (x * 0.008, 5 if x % 2 else 1)]
    assert [f.rule for f in found(tmp_path, annotation([[*ring, 8, 0, 0, 3]]))] == [
        "self-crossing-outline"
    ]


@pytest.mark.parametrize(
    ("ring", "what"),
    [
        ([3, 3, 3, 3, 3, 3], "has 1 distinct vertices and encloses nothing"),
        ([1, 1, 5, 5, 1, 1], "has 2 distinct vertices and encloses nothing"),
        ([1, 1, 5, 5, 3, 3, 2, 2], "has all vertices on one line and encloses nothing"),
    ],
)
def test_an_outline_that_encloses_nothing_is_an_error(
    tmp_path: Path, ring: list[int], what: str
) -> None:
    (finding,) = found(tmp_path, annotation([ring]))
    assert (finding.rule, finding.severity) == ("degenerate-outline", Severity.ERROR)
    assert what in finding.message


def test_an_object_between_pixel_centres_covers_nothing(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, annotation([[1, 1.1, 5, 1.1, 5, 1.3, 1, 1.3]]))
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "Annotation 1 (road) covers no pixel.",
    )


def test_spikes_and_repeated_vertices_are_told_apart(tmp_path: Path) -> None:
    ring = [0, 0, 4, 0, 4, 2, 2.2, 2, 2, 6, 2, 2, 0, 2]
    spiked = found(tmp_path, annotation([ring]), spike_length_px=3)
    assert ["spike, the first to (2.0, 6.0)" in finding.message for finding in spiked] == [True]
    (doubled,) = found(tmp_path, annotation([[1, 1, 5, 1, 5, 1, 5, 4, 1, 4, 1, 1]]))
    assert doubled.severity == Severity.INFO
    assert "repeats a vertex, first (5.0, 1.0)" in doubled.message


def test_vertices_far_outside_are_named_with_the_farthest(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, annotation([[1, 1, 90, 1, 90, 4, 1, 4]]))
    assert finding.message == (
        "2 vertices of annotation 1 (road) lie outside the image of 8×6 px, the farthest at "
        "(90.0, 1.0)."
    )
    assert finding.region == Region(0, 0, 6, 8)
    assert found(tmp_path, annotation([[1, 1, 9, 1, 9, 4, 1, 4]])) == []


def test_an_object_wholly_outside_is_an_error_with_a_region_in_the_frame(tmp_path: Path) -> None:
    far = annotation([[100, 1, 190, 1, 190, 4, 100, 4]])
    outside = [f for f in found(tmp_path, far) if f.rule == "outline-outside"]
    assert [finding.severity for finding in outside] == [Severity.ERROR]
    assert outside[0].region == Region(0, 7, 6, 8)


def test_the_worst_comes_first(tmp_path: Path) -> None:
    near, far = (annotation([[1, 1, x, 1, x, 4, 1, 4]], id=x) for x in (20, 90))
    messages = [
        f.message for f in found(tmp_path, near, far, least_px=1000) if f.rule == "outline-outside"
    ]
    assert ["annotation 90" in message for message in messages] == [True, False]


def test_an_image_without_objects_and_a_format_without_shapes_are_fine(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    subject = Subject("a", LabelMap.filled(4, 4, 1), TINY)
    tasks = [Task(rule, rule.parameters()) for rule in RULES]
    assert check_item(subject, tasks).findings == ()


def test_a_pile_of_objects_is_counted_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.labels.overlaps.MOST_STRETCHES", 2)
    monkeypatch.setattr("assay.labels.overlaps.find_overlaps.__kwdefaults__", {"most": 2})
    cars = [annotation(category_id=2, id=number) for number in range(4)]
    findings = found(tmp_path, *cars, least_px=1)
    assert "only a part was counted" in findings[0].message


@pytest.mark.parametrize(
    ("parameters", "name", "value"),
    [
        (OverlapParameters, "least_px", 0),
        (OverlapParameters, "least_share", 1.1),
        (CrossingParameters, "least_loop_px", -1),
        (DegenerateParameters, "spike_length_px", float("nan")),
        (OutsideParameters, "slack_px", float("inf")),
    ],
)
def test_settings_out_of_range_are_refused(parameters: type[Any], name: str, value: float) -> None:
    with pytest.raises(ParameterError, match=name):
        parameters(**{name: value})


def test_the_square_of_the_examples_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path, annotation([SQUARE])) == []
