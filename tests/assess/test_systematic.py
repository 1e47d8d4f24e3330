"""Systematic errors from deliveries to the report, its document and its page."""

import json
from collections.abc import Mapping

import pytest
from jsonschema import Draft202012Validator

from assay import LabelMap
from assay.assess.systematic import find_systematic
from assay.attribution import SystematicReport
from assay.delivery import Delivery, WorkTable
from assay.errors import ParameterError
from assay.render.document import dump, read_schema
from assay.render.systematic.document import systematic_document
from assay.render.systematic.page import systematic_page
from assess.deliveries import in_memory
from maps import drawn

RIGHT = drawn("1111111111 1122211111 1122211111 1111111111 1111133111 1111133111")
SWAPPED = drawn("1111111111 1133311111 1133311111 1111111111 1111133111 1111133111")
KEYS = [f"image {place:02}" for place in range(16)]


def delivery(name: str, wrong: Mapping[str, LabelMap | None] | None = None) -> Delivery:
    return in_memory(name, dict.fromkeys(KEYS, RIGHT) | dict(wrong or {}))


def example(*, workers: int = 1) -> SystematicReport:
    swapping = delivery("bad", dict.fromkeys(KEYS[1:], SWAPPED) | {KEYS[0]: None})
    return find_systematic(
        [delivery("good"), swapping, delivery("fair")], delivery("reference"), workers=workers
    )


def test_a_vendor_that_swaps_is_named_with_an_example_where_it_happened() -> None:
    report = example()
    (error,) = report.errors
    assert (error.text, error.verdict) == ("car is called person", "vendor")
    assert [cause.vendor for cause in error.causes] == ["bad"]
    instance = error.instances[0]
    assert (instance.vendor, instance.item, instance.pixels) == ("bad", KEYS[1], 6)
    region = instance.region
    assert (region.top, region.left, region.bottom, region.right) == (1, 2, 3, 5)
    assert report.unscored == {"good": 0, "bad": 1, "fair": 0}
    assert [(name, finding.rule) for name, finding in report.findings] == [("bad", "png-checksum")]


def test_workers_change_nothing() -> None:
    one, two = (systematic_document(example(workers=number)) for number in (1, 2))
    assert one == two


def test_one_vendor_is_enough_where_its_annotators_are_known() -> None:
    swapping = delivery("bad", dict.fromkeys(KEYS[8:], SWAPPED))
    who = {("", key): "ann" if key in KEYS[:8] else "bob" for key in KEYS}
    report = find_systematic(
        [swapping], delivery("reference"), annotators=WorkTable(who), workers=1
    )
    (error,) = report.errors
    assert [(cause.verdict, cause.annotator) for cause in error.causes] == [("annotator", "bob")]
    assert report.annotators == (("bad", "ann"), ("bad", "bob"))


def test_the_document_follows_its_schema() -> None:
    schema = read_schema("systematic-1")
    Draft202012Validator.check_schema(schema)
    document = json.loads(dump(systematic_document(example())))
    Draft202012Validator(schema).validate(document)
    assert document["errors"][0]["examples"][0]["item"] == KEYS[1]


def test_the_page_names_the_vendor_and_escapes_what_strangers_wrote() -> None:
    swapping = delivery("<script>", dict.fromkeys(KEYS, SWAPPED))
    page = systematic_page(find_systematic([delivery("ok"), swapping], delivery("r"), workers=1))
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "Car is called person" in page


def test_vendors_without_mistakes_leave_nothing_to_say() -> None:
    report = find_systematic([delivery("a"), delivery("b")], delivery("reference"), workers=1)
    assert report.errors == ()
    assert "No mistake" in systematic_page(report)


@pytest.mark.parametrize(
    ("deliveries", "says"),
    [([], "Give one per vendor"), (["a", "a"], "own name"), (["a"], "second delivery")],
)
def test_who_cannot_be_compared_is_refused(deliveries: list[str], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        find_systematic([delivery(name) for name in deliveries], delivery("reference"))


def test_an_empty_reference_is_refused() -> None:
    with pytest.raises(ParameterError, match="no items"):
        find_systematic([delivery("a"), delivery("b")], in_memory("reference", {}))
