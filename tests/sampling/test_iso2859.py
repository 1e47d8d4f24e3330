"""The tables of ISO 2859-1 come out of their structure, cell by cell where it matters."""

import pytest
from scipy.stats import binom

from assay.errors import ParameterError
from assay.sampling import Limits, Population
from assay.sampling.attributes import LotTest, probability_of_acceptance
from assay.sampling.iso2859 import (
    AQLS,
    LETTERS,
    Inspection,
    Iso2859Parameters,
    code_letter,
    lot_plan,
    promise,
    switch,
)

#: A lot size whose code letter at level II is each letter in turn.
LOTS = dict(
    zip(
        "ABCDEFGHJKLMNPQ",
        (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, 600_000),
        strict=True,
    )
)

# Sample sizes by letter (rows) and AQL (columns 0.65 to 10), arrows followed, of MIL-STD-105E.
NORMAL = """
A 20 13 8 5 3 2 5
B 20 13 8 5 3 2 5
C 20 13 8 5 3 8 5
D 20 13 8 5 13 8 8
E 20 13 8 20 13 13 13
F 20 13 32 20 20 20 20
G 20 50 32 32 32 32 32
H 80 50 50 50 50 50 50
J 80 80 80 80 80 80 80
K 125 125 125 125 125 125 125
L 200 200 200 200 200 200 125
M 315 315 315 315 315 200 125
N 500 500 500 500 315 200 125
"""
TIGHTENED = """
A 32 20 13 8 5 3 8
B 32 20 13 8 5 3 8
C 32 20 13 8 5 13 8
D 32 20 13 8 20 13 8
E 32 20 13 32 20 13 13
F 32 20 50 32 20 20 20
G 32 80 50 32 32 32 32
H 125 80 50 50 50 50 50
J 125 80 80 80 80 80 80
K 125 125 125 125 125 125 125
L 200 200 200 200 200 200 125
"""
REDUCED = """
A 8 5 3 2 2 2 2
B 8 5 3 2 2 2 2
C 8 5 3 2 2 3 2
D 8 5 3 2 5 3 3
E 8 5 3 8 5 5 5
F 8 5 13 8 8 8 8
G 8 20 13 13 13 13 13
H 32 20 20 20 20 20 20
J 32 32 32 32 32 32 32
K 50 50 50 50 50 50 50
L 80 80 80 80 80 80 50
"""


@pytest.mark.parametrize(
    ("inspection", "text"),
    [("normal", NORMAL), ("tightened", TIGHTENED), ("reduced", REDUCED)],
)
def test_sample_sizes_are_those_of_the_master_tables(inspection: Inspection, text: str) -> None:
    for row in text.split("\n")[1:-1]:
        letter, *sizes = row.split()
        for aql, size in zip(AQLS[-7:], map(int, sizes), strict=True):
            # A lot so large that the sample is never the whole lot.
            lot = LOTS[letter]
            found = lot_plan(lot, aql=aql, inspection=inspection)
            assert found.size == min(size, lot), (letter, aql)


@pytest.mark.parametrize(
    ("lot", "aql", "inspection", "plan"),
    [
        (1000, 1.0, "normal", (80, 2, 3)),
        (1000, 1.0, "tightened", (80, 1, 2)),
        (1000, 1.0, "reduced", (32, 1, 3)),
        (1000, 2.5, "normal", (80, 5, 6)),
        (1000, 4.0, "normal", (80, 7, 8)),
        (1000, 6.5, "normal", (80, 10, 11)),
        (1000, 10.0, "normal", (80, 14, 15)),
        (1000, 10.0, "tightened", (80, 12, 13)),
        (3000, 1.5, "normal", (125, 5, 6)),
        (500, 0.65, "normal", (80, 1, 2)),
        (500, 4.0, "normal", (50, 5, 6)),
        (200, 0.65, "normal", (20, 0, 1)),
        (100, 0.65, "normal", (20, 0, 1)),
        (10_000, 10.0, "normal", (125, 21, 22)),
        (10_000, 0.4, "normal", (200, 2, 3)),
    ],
)
def test_plans_that_quality_departments_know_by_heart(
    lot: int, aql: float, inspection: Inspection, plan: tuple[int, int, int]
) -> None:
    found = lot_plan(lot, aql=aql, inspection=inspection)
    assert (found.size, found.accept, found.reject) == plan


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "S-1", "A"), (8, "III", "B"), (9, "II", "B"), (50, "II", "D"), (51, "II", "E"),
        (500, "II", "H"), (501, "II", "J"), (1000, "S-4", "F"), (3200, "I", "H"),
        (3201, "III", "M"), (500_000, "II", "P"), (500_001, "III", "R"),
    ],
)  # fmt: skip
def test_lot_sizes_have_their_code_letters(lot: int, level: str, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("letter", "aql", "passed", "share"),
    [
        # Table X of the standard: percent faulty that pass with 95 and 10 %.
        ("J", 1.0, 0.95, 1.03), ("J", 1.0, 0.10, 6.52), ("F", 0.65, 0.95, 0.256),
        ("F", 0.65, 0.10, 10.9), ("H", 1.0, 0.95, 0.715), ("H", 1.0, 0.10, 7.56),
        ("K", 2.5, 0.95, 3.18), ("G", 6.5, 0.95, 8.50),
    ],
)  # fmt: skip
def test_operating_characteristics_are_those_of_the_standard(
    letter: str, aql: float, passed: float, share: float
) -> None:
    found = lot_plan(LOTS[letter], aql=aql)
    assert binom.cdf(found.accept, found.size, share / 100) == pytest.approx(passed, abs=0.004)


def test_a_lot_of_the_aql_nearly_always_passes_and_the_promise_says_how_nearly() -> None:
    batch = Population.of(1000)
    found = promise(batch, Limits(0.99, 0.0), Iso2859Parameters(aql=1.0))
    assert found.good == pytest.approx(0.99)
    expected = 1 - probability_of_acceptance(1000, 10, LotTest(80, 2))
    assert found.producer_risk == pytest.approx(expected)
    faulty = round((1 - found.bad) * 1000)
    assert probability_of_acceptance(1000, faulty, LotTest(80, 2)) <= 0.05
    assert probability_of_acceptance(1000, faulty - 1, LotTest(80, 2)) > 0.05


def test_a_tightened_plan_never_passes_what_a_normal_one_stops() -> None:
    for lot in LOTS.values():
        for aql in AQLS:
            normal = lot_plan(lot, aql=aql)
            tightened = lot_plan(lot, aql=aql, inspection="tightened")
            share = 5 * aql / 100
            assert (
                binom.cdf(tightened.accept, tightened.size, share)
                <= binom.cdf(normal.accept, normal.size, share) + 0.12
            )


def test_two_failures_of_five_tighten_and_five_passes_loosen() -> None:
    assert switch("normal", [True, True, False, True, True]) == "normal"
    assert switch("normal", [False, True, True, True, False]) == "tightened"
    assert switch("normal", [False, True, True, True, True, False]) == "normal"
    assert switch("tightened", [True] * 4) == "tightened"
    assert switch("tightened", [True] * 5) == "normal"


def test_five_failures_on_tightened_inspection_stop_the_taking_of_lots() -> None:
    assert switch("tightened", [False, True] * 4 + [False]) == "stop"


def test_ten_clean_lots_reduce_and_the_first_failure_brings_normal_back() -> None:
    assert switch("normal", [True] * 10, [True] * 10) == "reduced"
    assert switch("normal", [True] * 10, [True] * 9 + [False]) == "normal"
    assert switch("reduced", [True, True]) == "reduced"
    assert switch("reduced", [True, False]) == "normal"


@pytest.mark.parametrize(
    "settings",
    [{"aql": 1.1}, {"aql": 1.0, "level": "IV"}, {"aql": 1.0, "inspection": "sharp"}],
)
def test_what_is_not_in_the_tables_is_refused_with_what_is(settings: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=r"0\.01|S-1|normal"):
        Iso2859Parameters(**settings)  # type: ignore[arg-type]  # wrong on purpose


def test_letters_leave_out_i_and_o() -> None:
    assert LETTERS == "ABCDEFGHJKLMNPQRS"
