"""Lot plans by attributes as in ISO 2859-1: lot size, code letter, sample size, acceptance number.

The master tables are facts with one structure, and are computed from it: along a diagonal of code
letter and AQL the acceptance number is the same.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assay.errors import ParameterError
from assay.sampling.attributes import (
    LotTest,
    check_alike,
    count_bounds,
    count_out,
    probability_of_acceptance,
)
from assay.sampling.plan import AcceptancePlan, Bounds, Outcomes, Values
from assay.sampling.population import Limits, Population

Inspection = Literal["normal", "tightened", "reduced"]

#: Acceptance quality limits in percent of items faulty.
AQLS = (
    0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0,
)  # fmt: skip

#: Inspection levels: three general ones, and four special ones for small samples.
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")

LETTERS = "ABCDEFGHJKLMNPQRS"

_LOT_SIZES = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)

# Table 1: the code letters of each lot size, for the levels in the order of LEVELS.
_CODE_LETTERS = (
    "AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ",
    "CCEFGJK", "CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR",
)  # fmt: skip

_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

# Tables 2-A, 2-B and 2-C: acceptance and rejection number by diagonal, that is the place of the
# letter plus the place of the AQL.  A diagonal that is not here is an arrow: down, to larger
# samples, before the first number and where "down" says so; up otherwise.
_NUMBERS: dict[Inspection, dict[int, tuple[int, int]]] = {
    "normal": {
        14: (0, 1), 17: (1, 2), 18: (2, 3), 19: (3, 4), 20: (5, 6), 21: (7, 8), 22: (10, 11),
        23: (14, 15), 24: (21, 22),
    },
    "tightened": {
        15: (0, 1), 18: (1, 2), 19: (2, 3), 20: (3, 4), 21: (5, 6), 22: (8, 9), 23: (12, 13),
        24: (18, 19),
    },
    "reduced": {
        14: (0, 1), 17: (0, 2), 18: (1, 3), 19: (1, 4), 20: (2, 5), 21: (3, 6), 22: (5, 8),
        23: (7, 10), 24: (10, 13),
    },
}  # fmt: skip
_DOWN: dict[Inspection, frozenset[int]] = {
    "normal": frozenset({16}),
    "tightened": frozenset({16, 17}),
    "reduced": frozenset({16}),
}


@dataclass(frozen=True)
class LotPlan:
    """One single sampling plan of the tables.

    Parameters
    ----------
    letter
        Code letter after following the arrows.
    size
        Items to look at; the whole lot where it is not larger.
    accept
        Acceptance number: at most so many faulty items pass.
    reject
        Rejection number.  In reduced inspection there is a gap: a lot between the two is accepted,
        and the next lot is inspected normally.
    """

    letter: str
    size: int
    accept: int
    reject: int


def code_letter(lot: int, level: str = "II") -> str:
    """Return the code letter of a lot size and inspection level (table 1).

    Examples
    --------
    >>> code_letter(1000), code_letter(1000, "S-2"), code_letter(1000, "III")
    ('J', 'C', 'K')
    """
    if level not in LEVELS:
        raise ParameterError(f"level is {level!r}; give one of {', '.join(LEVELS)}.")
    if lot < 2:
        raise ParameterError(f"A lot of {lot} has no sample. ISO 2859-1 begins at 2 items.")
    return _CODE_LETTERS[bisect_left(_LOT_SIZES, lot)][LEVELS.index(level)]


def inspection_of(name: str) -> Inspection:
    """Return a name as an inspection.

    Raises
    ------
    ParameterError
        When it is none.
    """
    for known in _NUMBERS:
        if name == known:
            return known
    raise ParameterError(f"inspection is {name!r}; give normal, tightened or reduced.")


def lot_plan(
    lot: int, *, aql: float, level: str = "II", inspection: Inspection = "normal"
) -> LotPlan:
    """Return the single sampling plan for a lot (tables 1, 2-A, 2-B and 2-C).

    Parameters
    ----------
    lot
        Number of items.
    aql
        Acceptance quality limit: one of :data:`AQLS`, percent of items faulty.
    level
        One of :data:`LEVELS`.
    inspection
        ``"normal"``, ``"tightened"`` or ``"reduced"``.

    Raises
    ------
    ParameterError
        When a value is not in the tables.

    Examples
    --------
    >>> lot_plan(1000, aql=1.0)
    LotPlan(letter='J', size=80, accept=2, reject=3)
    >>> lot_plan(1000, aql=1.0, inspection="tightened")
    LotPlan(letter='J', size=80, accept=1, reject=2)
    >>> lot_plan(1000, aql=1.0, inspection="reduced")
    LotPlan(letter='J', size=32, accept=1, reject=3)
    """
    inspection_of(inspection)
    if aql not in AQLS:
        listed = ", ".join(f"{limit:g}" for limit in AQLS)
        raise ParameterError(f"aql is {aql:g} %; ISO 2859-1 has {listed}.")
    sizes = _REDUCED_SIZES if inspection == "reduced" else _SIZES
    row = _follow(LETTERS.index(code_letter(lot, level)), AQLS.index(aql), inspection, len(sizes))
    accept, reject = _NUMBERS[inspection][row + AQLS.index(aql)]
    return LotPlan(LETTERS[row], min(sizes[row], lot), accept, reject)


def _follow(row: int, column: int, inspection: Inspection, rows: int) -> int:
    """Follow arrows from a cell to the row whose plan serves; an arrow at an edge turns round."""
    numbers, down = _NUMBERS[inspection], _DOWN[inspection]
    # Table 2-B has no plan for letter A at 10 %, though the diagonal would give one.
    empty = {(0, 15)} if inspection == "tightened" else set()
    # Only tightened inspection has the letter S, and that for one AQL alone.
    last = rows - 1 if column == 2 or inspection != "tightened" else rows - 2
    if inspection == "normal":
        last = rows - 2
    step = (
        1 if row + column < min(numbers) or row + column in down or (row, column) in empty else -1
    )
    for direction in (step, -step):
        place = row
        while 0 <= place <= last:
            if place + column in numbers and (place, column) not in empty:
                return place
            place += direction
    raise AssertionError  # every column holds a plan


def switch(
    inspection: Inspection, history: Sequence[bool], tighter: Sequence[bool] = ()
) -> Inspection | Literal["stop"]:
    """Return how the next lot is to be inspected (ISO 2859-1, clause 9.3).

    Parameters
    ----------
    inspection
        How the lots of ``history`` were inspected.
    history
        Since inspection last changed: whether each lot was accepted when first submitted, in order.
    tighter
        Whether each lot would also have passed at the AQL one step tighter; for lots of a plan with
        acceptance number 0 or 1, whether it was accepted.  Needed for switching to reduced.

    Returns
    -------
    The inspection of the next lot; ``"stop"`` when five lots failed on tightened inspection: no
    more lots are taken until the vendor has mended the cause.

    Notes
    -----
    Normal becomes tightened when two of five or fewer consecutive lots failed; tightened becomes
    normal after five consecutive passes.  Normal becomes reduced after ten consecutive lots that
    passed at the tighter limit (the standard's switching score of 30, for acceptance numbers of 2
    and more; it asks for steady production besides).  Reduced becomes normal with the first lot
    that fails.

    Examples
    --------
    >>> switch("normal", [True, False, True, True, False])
    'tightened'
    >>> switch("tightened", [False, True, True, True, True, True])
    'normal'
    >>> switch("normal", [True] * 10, [True] * 10)
    'reduced'
    """
    if inspection == "normal":
        if list(history[-5:]).count(False) >= 2:
            return "tightened"
        steady = len(tighter) >= 10 and all(tighter[-10:]) and all(history[-10:])
        return "reduced" if steady else "normal"
    if inspection == "tightened":
        if list(history).count(False) >= 5:
            return "stop"
        return "normal" if len(history) >= 5 and all(history[-5:]) else "tightened"
    return "normal" if history and not history[-1] else "reduced"


@dataclass(frozen=True)
class Iso2859Parameters:
    """Which plan of the tables.

    Parameters
    ----------
    aql
        Acceptance quality limit, percent of images faulty.
    level
        Inspection level.
    inspection
        ``"normal"``, ``"tightened"`` or ``"reduced"``.
    """

    aql: float = 1.5
    level: str = "II"
    inspection: Inspection = "normal"

    def __post_init__(self) -> None:
        lot_plan(100, aql=self.aql, level=self.level, inspection=self.inspection)


def _test(population: Population, parameters: Iso2859Parameters) -> LotTest:
    """Return size and acceptance number; items known to be faulty count as found in the sample."""
    check_alike(population)
    if population.size == 0:
        return LotTest(0, 0)
    known = round(population.known_weight - population.known_sum)
    lot = population.size + round(population.known_weight)
    found = lot_plan(
        max(lot, 2), aql=parameters.aql, level=parameters.level, inspection=parameters.inspection
    )
    return LotTest(min(found.size, population.size), max(found.reject - 1 - known, -1))


def decide(
    values: Values, population: Population, limits: Limits, parameters: Iso2859Parameters
) -> Outcomes:
    """Accept batches with fewer faulty items in the sample than the rejection number."""
    del limits
    return count_out(values, _test(population, parameters))


def bounds(
    values: Values, population: Population, limits: Limits, parameters: Iso2859Parameters
) -> Bounds:
    """Return exact bounds of the batch's share right, from the sample."""
    return count_bounds(values, population, limits, _test(population, parameters).size)


def promise(population: Population, limits: Limits, parameters: Iso2859Parameters) -> Limits:
    """Return what the plan of the tables gives for this lot, exactly.

    ``good`` is the AQL; ``producer_risk`` how often a lot of that quality is rejected; ``bad`` the
    best quality that is accepted with at most the consumer's risk of ``limits``.
    """
    lot, test = population.size, _test(population, parameters)
    known = round(population.known_weight - population.known_sum)
    passable = max(int(round(population.total) * parameters.aql / 100 + 1e-9) - known, 0)
    rejected = 1 - probability_of_acceptance(lot, passable, test) if lot else 0.0
    low, high = passable + 1, lot
    while low < high:
        faulty = (low + high) // 2
        held = probability_of_acceptance(lot, faulty, test) <= limits.consumer_risk
        low, high = (low, faulty) if held else (faulty + 1, high)
    good = 1 - parameters.aql / 100
    bad = (population.known_sum + lot - low) / population.total if lot else 0.0
    return Limits(
        good,
        min(max(bad, 0.0), good - 1e-9),
        min(max(rejected, 1e-9), 0.499),
        limits.consumer_risk,
    )


def _size(population: Population, limits: Limits, parameters: Iso2859Parameters) -> int:
    del limits
    return _test(population, parameters).size


ISO_2859 = AcceptancePlan(
    name="iso-2859-1",
    summary="Single sampling by attributes: lot size and AQL give sample and acceptance number.",
    advice="""\
The plan that quality departments know. The size of the lot and an inspection level give a code
letter, letter and AQL a sample size and an acceptance number: the lot is accepted with at most so
many faulty images in the sample.

## Parameters

* `aql`: acceptance quality limit in percent of images faulty: 0.01 to 10, in the steps of the
  standard.
* `level`: `II` unless stated; `I` halves and `III` doubles the sample, about; `S-1` to `S-4` are
  for small samples and large risks.
* `inspection`: `normal`, `tightened` after two of five lots failed, `reduced` after a run of good
  ones. `assay.sampling.iso2859.switch` says which comes next; after five failures on tightened
  inspection no more lots are taken.

## When it misleads

* The AQL protects the vendor: lots of that quality nearly always pass. It is no promise to the
  buyer. Look at the operating-characteristic curve: which quality passes in one of twenty lots?
  Assay states both risks of the plan exactly for your lot.
* The scheme works over a stream of lots, because switching to tightened inspection is what protects
  the buyer. For a single batch use `sequential` or `attributes`.
* Reduced inspection follows MIL-STD-105E and ISO 2859-1:1989, where lots between acceptance and
  rejection number pass and bring back normal inspection. The edition of 1999 closed that gap.

## Source

ISO 2859-1, tables 1, 2-A, 2-B and 2-C, clause 9.3; MIL-STD-105E, tables I, II-A, II-B and II-C,
which are in the public domain.
""",
    title="ISO 2859-1",
    parameters=Iso2859Parameters,
    decide=decide,
    bounds=bounds,
    promise=promise,
    sample_size=_size,
    shares_only=True,
)
