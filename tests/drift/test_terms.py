"""What a DRIFT.toml may say, and what it is told when it says something else."""

import pytest

from assay.drift.terms import DriftTerms
from assay.errors import ParameterError

GOOD = """
name = "Street"
ontology = "classes.toml"
reference = "gold"
images = "photos"
baseline_batches = 6
[[batch]]
vendor = "B"
date = 2026-03-09T09:00:00+02:00
delivery = "weeks/b-11.tar.gz"
format = "coco"
[[batch]]
vendor = "A"
date = 2026-03-02
delivery = "a-10"
name = "tenth"
reference = "pilot-gold"
"""


def test_batches_are_put_in_order_of_time_in_utc() -> None:
    terms = DriftTerms.from_toml(GOOD)
    assert [batch.name for batch in terms.batches] == ["tenth", "b-11"]
    assert [batch.date.isoformat() for batch in terms.batches] == [
        "2026-03-02T00:00:00+00:00",
        "2026-03-09T07:00:00+00:00",
    ]
    assert terms.batches[0].reference == "pilot-gold"
    assert terms.batches[1].format == "coco"
    assert (terms.metric, terms.baseline_batches, terms.run_length) == ("mean_iou", 6, 200)


@pytest.mark.parametrize(
    "date", ['"2026-03-02"', '"2026-03-02T00:00:00Z"', "2026-03-02 01:00:00+01:00"]
)
def test_dates_may_be_written_in_several_ways(date: str) -> None:
    terms = DriftTerms.from_toml(GOOD.replace("date = 2026-03-02\n", f"date = {date}\n"))
    assert terms.batches[0].date.isoformat() == "2026-03-02T00:00:00+00:00"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Street"', "", "lacks name"),
        ("images", "imagse", "Did you mean 'images'"),
        ("2026-03-02", "2026-03-02T09:00:00", "without a zone.*2026-03-02T09:00:00Z"),
        ("date = 2026-03-02", "", "lacks a date"),
        ("date = 2026-03-02", 'date = "soon"', "lacks a date"),
        ("date = 2026-03-02", "date = 3", "lacks a date"),
        ('name = "tenth"', 'name = "b-11"', "Two batches are called 'b-11'"),
        ("[[batch]]", "[[delivery]]", "unknown field 'delivery'"),
        ("baseline_batches = 6", "baseline_batches = 0", "at least 1"),
        ("baseline_batches = 6", "baseline_batches = 1.5", "a whole number"),
        ("baseline_batches = 6", "run_length = nan", "at least 10"),
        ("baseline_batches = 6", "run_length = true", "a number"),
        ('vendor = "A"', "vendor = 1", "lacks vendor"),
        ("name", "name name", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(old: str, new: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        DriftTerms.from_toml(GOOD.replace(old, new))


def test_no_batch_is_no_production() -> None:
    with pytest.raises(ParameterError, match=r"no \[\[batch\]\]"):
        DriftTerms.from_toml(GOOD.partition("[[batch]]")[0])


def test_a_date_at_the_end_of_time_is_refused() -> None:
    text = GOOD.replace("2026-03-02\n", "9999-12-31T23:59:59-12:00\n")
    with pytest.raises(ParameterError, match="give a real one"):
        DriftTerms.from_toml(text)
