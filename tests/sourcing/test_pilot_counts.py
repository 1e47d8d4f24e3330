"""What a pilot counts for the comparison of quotes."""

from decimal import Decimal

import pytest

from assay.errors import ParameterError
from assay.sourcing.pilot_counts import Try, count_pilot


def test_images_are_counted_and_their_contents_averaged() -> None:
    tries = [Try(True, None, 100, 1, 10), Try(False, False, 100, 2, 21), Try(False, True, 101)]
    counts = count_pilot({"A": tries}, seconds={"A": 100})["A"]
    assert (counts.passed, counts.images) == (1, 3)
    assert (counts.mended, counts.sent_back, counts.basis) == (1, 2, "own")
    assert (counts.pixels, counts.objects) == (Decimal("100.3333"), Decimal("1.0000"))
    assert (counts.vertices, counts.seconds) == (Decimal("10.3333"), Decimal("33.3333"))


def test_whose_rework_was_not_seen_gets_that_of_all() -> None:
    counts = count_pilot({"A": [Try(False)], "B": [Try(False, True), Try(True)]}, seconds={})
    assert (counts["A"].mended, counts["A"].sent_back, counts["A"].basis) == (1, 1, "all vendors")
    assert counts["B"].basis == "own"


def test_where_nothing_came_back_half_is_assumed() -> None:
    counts = count_pilot({"A": [Try(True)]}, seconds={})["A"]
    assert (counts.mended, counts.sent_back, counts.basis) == (1, 2, "assumed")


def test_a_vendor_without_images_is_named() -> None:
    with pytest.raises(ParameterError, match="Nothing of A was scored"):
        count_pilot({"A": []}, seconds={})
