"""Honesty detectors: how often honest work is asked about, and how often each cheat is found."""

import io
import math
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology
from assay.assess.honesty import Books, examine_honesty
from assay.delivery import Delivery, Reading
from assay.honesty import Case, DraftFacts, Flag, HonestyReport, ItemFacts, Plan, examine
from assay.honesty.chance import rate_interval
from assay.honesty.deciding import adjust
from assay.honesty.excess_hours import ExcessHoursParameters, measure_hours
from assay.honesty.gold_only import GoldOnlyParameters, measure_gold
from assay.honesty.likeness import error_likeness
from assay.honesty.observing import Work, observe
from assay.honesty.shared_errors import SharedErrorsParameters
from assay.labels.imprints import Imprints, group_equal, take_imprints
from assay.labels.shape import Shape
from assay.simulate.annotator import Annotator
from assay.simulate.cheats import (
    CopiedWork,
    GoldOnlyEffort,
    InflatedHours,
    InflatedVertices,
    PastedObjects,
    Probing,
    RepeatedMaps,
    UntouchedDrafts,
)
from assay.simulate.desk import Desk, Submission, honest_work, usual_minutes
from assay.simulate.faults import (
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    MissedObjects,
    SwappedClasses,
)
from assay.simulate.street import STREET
from assay.simulate.workshop import Worker, make_desk, submit
from studies import bu_bil
from studies.study import DATA, Study, table

IMAGES, HEIGHT, WIDTH = 24, 96, 192
#: Honest people: how their speeds differ, and their minutes around them, in logarithms.
PACE_SPREAD, MINUTES_SPREAD = 0.18, 0.35
GOLD_SHARE = 0.45
PEOPLE = 30
PROCESSES = 2
#: Reports drawn from each panel: other images, minutes, gold and reworks.
DRAWS = 20
#: Reports drawn from each piece of cheated work.
CHEAT_DRAWS = 8

#: The set of BU-BIL whose experts worked with two tools each.
_TOOLS_OF_PEOPLE = 6

#: What each cheat is called in the table, its settings, and the detectors that are to find it.
CHEATS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("drafts untouched, 60 % of images", UntouchedDrafts(0.6), ("untouched-drafts",)),
    ("drafts untouched, 90 %", UntouchedDrafts(0.9), ("untouched-drafts",)),
    ("10 % of objects pasted", PastedObjects(0.1), ("copied-shapes",)),
    ("30 % of objects pasted", PastedObjects(0.3), ("copied-shapes",)),
    ("10 % of images repeat another's labels", RepeatedMaps(0.1), ("repeated-work",)),
    ("25 % repeat another's labels", RepeatedMaps(0.25), ("repeated-work",)),
    (
        "a colleague's work, 30 % of images",
        CopiedWork(0, 0.3),
        ("shared-outlines", "shared-errors"),
    ),
    ("a colleague's work, 100 %", CopiedWork(0, 1.0), ("shared-outlines", "shared-errors")),
    ("the same, shaken by 1 px", CopiedWork(0, 1.0, 1.0), ("shared-errors",)),
    ("the same, shaken by 2 px", CopiedWork(0, 1.0, 2.0), ("shared-errors",)),
    ("30 % of images, shaken by 1 px", CopiedWork(0, 0.3, 1.0), ("shared-errors",)),
    ("care on gold only, mild", GoldOnlyEffort(1.5, 0.3), ("gold-only-effort",)),
    ("care on gold only, strong", GoldOnlyEffort(3.0, 0.6), ("gold-only-effort",)),
    ("hours × 1.8", InflatedHours(1.8), ("excess-hours",)),
    ("hours × 2.5", InflatedHours(2.5), ("excess-hours",)),
    ("hours × 3.5", InflatedHours(3.5), ("excess-hours",)),
    ("vertices × 2", InflatedVertices(2), ("excess-vertices",)),
    ("vertices × 3", InflatedVertices(3), ("excess-vertices",)),
    ("6 resubmissions to probe the score", Probing(6), ("probing",)),
)


@dataclass(frozen=True, eq=False)
class Member:
    """One person of the pool with honest work on every image."""

    worker: Worker
    submission: Submission
    facts: tuple[ItemFacts, ...]


def run(*, quick: bool) -> Study:
    """Simulate, look at real data, and measure speed."""
    panels = 6 if quick else 105
    honest = honest_reports(panels)
    found = cheat_rates(3 if quick else 20)
    pictures = {
        "honesty-likeness.svg": _likeness_picture(honest, found),
        "honesty-recall.svg": _recall_picture(found),
    }
    text = _TEXT.format(
        panels=panels,
        reports=f"{honest.reports:,}",
        people=PEOPLE,
        images=IMAGES,
        honest=_honest_table(honest),
        cheats=_cheat_table(found),
        repetitions=found[0].repetitions,
        false=_rate(sum(f.others_flagged for f in found), sum(f.others for f in found)),
        cheat_draws=CHEAT_DRAWS,
        paces=_pace_table(pace_rates(200 if quick else 2_000)),
        gold=_gold_table(gold_rates(3 if quick else 20)),
        chance=_chance_table(),
        panels_of_people=_real_panels(),
        real=_real_table(),
        speed=_speed_text(1_000 if quick else 10_000),
    )
    return Study("Honesty", text, pictures)


_TEXT = """\
How often does `assay honesty` ask honest annotators, and how often does it find those who do not
work? [Honesty](../honesty.md) explains the detectors. All seeds are fixed.

## Honest work is let be

{people} simulated people have a skill and habits of their own: shaky hands, outlines a pixel too
large or too small, coarse outlines, missed objects, swapped classes. Each labelled the same
{images} street scenes with drafts and seeded errors, of which they overlook 2 to 25 %. To draw
2,000 batches pixel by pixel would take hours, so they share their maps: {panels} panels of three to
seven people were drawn from the pool, whose maps were compared once, and from each panel {draws}
reports, each with images, paces, minutes, gold and reworks drawn anew. That makes {reports} reports
in which nobody cheats, with every detector at work at its default settings. Reports of one panel
are alike where they rest on maps; the intervals take them for independent, so panels are counted
too.

{honest}

The limit is 1 % of reports, whichever detectors are at work. Small p-values that stay below a
detector's allowance open no review; they are counted to show that the tests hold by themselves.

### Where it would not hold

`excess-hours` supposes how much honest people differ in speed (`people_spread`, 0.2; where
colleagues differ more, theirs counts). Five honest people whose speed differs by other amounts, by
this detector alone:

{paces}

Where your people differ by 0.3 or more, raise `people_spread`, or do not give times. The people of
the other tables differ by 0.18, and each one's minutes on an image by 0.35 around that.

## Cheats are found

Each row: {repetitions} reports on panels of five honest people and one who cheats, at the same
settings; {cheat_draws} reports share one piece of cheated work. *Found* counts reports in which a
detector that is meant for the cheat asks about the one who cheats. *Others asked* counts questions
about people who have no part in it; who was copied has a part.

{cheats}

Of all honest people in these reports {false} were asked anything.

![Share of reports in which each cheat is found](images/honesty-recall.svg)

What is missed, and why:

- **Hours × 1.8** are within what slow people need, and even × 2.5 is often not beyond doubt among
  five colleagues: the price of asking hardly any honest person. More colleagues help.
- **Care on gold only** drowns in {images} images, of which ten are gold; see below.
- **Few pasted objects** in a small batch: most objects of these scenes are too small or too simple
  to prove anything, and two copies are let be.
- **Two repeated maps** are not told in reports that lack one of them, because one is let be.
- **60 % of the drafts untouched** leave about as many of two seeded errors an image in. Honest
  people may overlook 30 %, and so few errors do not always tell the two apart.
- **Doubled vertices** leave half of them needed, which is the allowance.
- **A copy shaken by two pixels**, or by one on few images, has errors of its own at most places.

More images help against care on gold. Images of the same people, drawn with replacement, so that
images vary too, by `gold-only-effort` with as many tests as such a report has:

{gold}

![Excess likeness of errors of honest pairs and of copies](images/honesty-likeness.svg)

## Equal shapes by chance

Objects that people outlined by hand, or a scene drew. No equal pair has as many pieces as
`copied-shapes` asks for (8, and more in large batches), so the rule is silent on all of them.

{chance}

## Real annotators

Everybody of [BU-BIL](https://doi.org/10.1109/WACV.2015.160) here, then people of whom nobody has
another's work, in all panels that can be made of them:

{real}

{panels_of_people}

Of all these panels one is asked about: a panel of three, in which two crowd workers made the same
mistakes (worker numbers of BU-BIL are places in a list, perhaps not persons, so nobody knows
whether they were two). In BU-BIL 6 five people outlined everything twice, with two tools, and stand
in the first table under ten names: the two names of person 4 are the most alike, and by too little
to ask. Whose masks are passed off as gold is always found. Then the reference has that person's
habits for truth, and two others who are right look alike; so `shared-errors` lists a wrong
reference among its explanations. The nuclei before and after corrections are the same work, and are
named as such.

## Speed and memory

{speed}
""".replace("{draws}", str(DRAWS))


# --- honest people


def person(seed: int) -> Annotator:
    """Somebody with a skill and habits of their own."""
    rng = np.random.default_rng([seed, 11])
    habits: list[Any] = [MissedObjects(int(rng.integers(30, 90)), float(rng.uniform(0, 0.5)))]
    if rng.random() < 0.2:
        habits.append(SwappedClasses("truck", "car", float(rng.uniform(0.2, 0.8))))
    if rng.random() < 0.4:
        habits.append(BoundaryOffset(int(rng.choice([-1, 1]))))
    habits.append(BoundaryJitter(float(rng.uniform(0.6, 2.2)), float(rng.uniform(8, 14))))
    if rng.random() < 0.3:
        habits.append(CoarsePolygons(float(rng.uniform(1.0, 2.5))))
    return Annotator(f"P{seed:02}", tuple(habits), seed=1000 + seed)


@cache
def desk() -> Desk:
    return make_desk(IMAGES, HEIGHT, WIDTH, seed=17)


@cache
def pool() -> tuple[Member, ...]:
    return tuple(_in_parallel(_member, range(PEOPLE)))


def _member(seed: int) -> Member:
    rng = np.random.default_rng([seed, 12])
    worker = Worker(person(seed), clicked=seed % 2 == 0)
    work = honest_work(
        worker.annotator,
        desk(),
        overlooks=float(rng.uniform(0.02, 0.25)),
        clicked=worker.clicked,
    )
    return Member(worker, work, tuple(observed([work])))


def _in_parallel(task: Callable[[Any], Any], given: Iterable[Any]) -> Iterator[Any]:
    """Yield results in order; workers are forked, so they inherit what was made before."""
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as workers:
        tasks = list(given)
        yield from workers.map(task, tasks, chunksize=max(1, len(tasks) // 200))


def panel_facts(
    parts: Sequence[Sequence[ItemFacts]], work: Sequence[Submission]
) -> list[ItemFacts]:
    """Put together what was observed of each person alone, and add what pairs have in common."""
    return [
        replace(
            items[0],
            digests=tuple(item.digests[0] for item in items),
            telling=tuple(item.telling[0] for item in items),
            shapes=tuple(item.shapes[0] for item in items),
            likeness=error_likeness(
                [s.maps[place] for s in work],
                desk().truths[place],
                first_void=STREET.first_void,
            ),
            accuracy=np.concatenate([item.accuracy for item in items]),
            conformity=np.full(len(items), np.nan),
            content=np.median([item.content for item in items], axis=0),
            vertices=np.concatenate([item.vertices for item in items]),
            earlier=tuple(item.earlier[0] for item in items),
            draft=_draft_of_all(items),
        )
        for place, items in enumerate(zip(*parts, strict=True))
    ]


def _draft_of_all(items: Sequence[ItemFacts]) -> DraftFacts:
    drafts = [item.draft for item in items if item.draft is not None]
    return replace(
        drafts[0],
        untouched=tuple(draft.untouched[0] for draft in drafts),
        left_in=tuple(draft.left_in[0] for draft in drafts),
    )


def observed(submissions: Sequence[Submission]) -> list[ItemFacts]:
    """The facts of every image of some submissions."""
    batch = desk()
    return [
        observe(
            Work(
                key,
                tuple(s.maps[place] for s in submissions),
                tuple(_shapes(s, place) for s in submissions),
                batch.truths[place],
                batch.drafts[place],
                batch.seeds[key],
                tuple(tuple(maps[place].digest for maps in s.earlier) for s in submissions),
            ),
            STREET,
        )
        for place, key in enumerate(batch.keys)
    ]


def _shapes(submission: Submission, place: int) -> tuple[Shape, ...] | None:
    if not submission.outlines:
        return None
    return tuple(Shape("", "", o.value, (o.ring,), ()) for o in submission.outlines[place])


def drawn_case(
    facts: Sequence[ItemFacts],
    names: Sequence[str],
    paces: Sequence[float],
    rng: np.random.Generator,
    *,
    gold: frozenset[str] | None = None,
    reworks: bool = True,
) -> Case:
    """One report's case: images, minutes, gold and honest reworks drawn anew."""
    count = int(rng.integers(IMAGES - 2, IMAGES + 1))
    chosen = [facts[k] for k in np.sort(rng.permutation(len(facts))[:count])]
    keys = [item.key for item in chosen]
    gold = gold or frozenset(str(key) for key in rng.permutation(keys)[: round(GOLD_SHARE * count)])
    usual = {
        key: usual_minutes(truth) for key, truth in zip(desk().keys, desk().truths, strict=True)
    }
    minutes = {
        name: {
            key: pace * usual[key] * float(np.exp(rng.normal(0, MINUTES_SPREAD))) for key in keys
        }
        for name, pace in zip(names, paces, strict=True)
    }
    earlier: tuple[tuple[str, ...], ...] = ()
    if reworks:
        chosen, earlier = _with_reworks(chosen, len(names), rng)
    return Case(tuple(names), tuple(chosen), True, gold, minutes, {}, earlier)


def _paces(people: int, rng: np.random.Generator, spread: float = PACE_SPREAD) -> list[float]:
    """How fast people are, drawn anew for each report: a pool would repeat its slowest."""
    return [float(pace) for pace in np.exp(rng.normal(0, spread, people))]


def _with_reworks(
    items: Sequence[ItemFacts], people: int, rng: np.random.Generator
) -> tuple[list[ItemFacts], tuple[tuple[str, ...], ...]]:
    """Give people zero to three earlier deliveries, in each of which a part was still otherwise."""
    rounds = rng.poisson(0.8, people).clip(0, 3).tolist()
    reworked = []
    for item in items:
        earlier = []
        for who in range(people):
            digests = [item.digests[who]]
            for step in range(rounds[who]):
                share = 0.4 / (step + 1)
                fresh = rng.random() < share
                digests.append(f"{item.key}-{who}-{step}" if fresh else digests[-1])
            earlier.append(tuple(digests[:0:-1]))
        reworked.append(replace(item, earlier=tuple(earlier)))
    names = tuple(tuple(f"round {k}" for k in range(rounds[who])) for who in range(people))
    return reworked, names


@dataclass(frozen=True)
class Honest:
    """What was asked of honest people."""

    reports: int
    people: int
    flagged_reports: int
    flagged_people: int
    flagged_panels: int
    by_detector: Mapping[str, int]
    small_p: Mapping[str, int]
    excess: tuple[float, ...]


def honest_reports(panels: int) -> Honest:
    """Examine panels in which nobody cheats."""
    pool()
    asked: Counter[str] = Counter()
    small: Counter[str] = Counter()
    totals = np.zeros(5, np.int64)
    excess: list[float] = []
    for number, part in enumerate(_in_parallel(_honest_panel, range(panels)), 1):
        asked.update(part.by_detector)
        small.update(part.small_p)
        totals += [
            part.reports, part.people, part.flagged_reports, part.flagged_people,
            part.flagged_panels,
        ]  # fmt: skip
        excess += part.excess
        _log(f"panel {number} of {panels}: {totals[2]} of {totals[0]} reports flagged")
    reports, people, flagged, flagged_people, flagged_panels = totals.tolist()
    return Honest(
        reports, people, flagged, flagged_people, flagged_panels, asked, small, tuple(excess)
    )


def _honest_panel(number: int) -> Honest:
    rng = np.random.default_rng([number, 71])
    members = [pool()[k] for k in rng.permutation(PEOPLE)[: rng.integers(3, 8)]]
    facts = panel_facts([m.facts for m in members], [m.submission for m in members])
    names = [member.worker.annotator.name for member in members]
    asked: Counter[str] = Counter()
    small: Counter[str] = Counter()
    flagged = flagged_people = 0
    excess: list[float] = []
    for _ in range(DRAWS):
        checks, flags = examine(drawn_case(facts, names, _paces(len(names), rng), rng), Plan())
        flagged += bool(flags)
        flagged_people += len({who for f in flags for who in f.measurement.subjects})
        asked.update({flag.detector.name for flag in flags})
        found = [(check.detector.name, entry) for check in checks for entry in check.measurements]
        adjusted = adjust(np.array([entry.p_value for _, entry in found]))
        small.update({name for (name, _), p in zip(found, adjusted, strict=True) if p <= 0.01})
        excess += [
            entry.value
            for check in checks
            if check.detector.name == "shared-errors"
            for entry in check.measurements
        ]
    return Honest(
        DRAWS, DRAWS * len(names), flagged, flagged_people, int(flagged > 0), asked, small,
        tuple(excess),
    )  # fmt: skip


# --- cheats


@dataclass(frozen=True)
class Found:
    """What came of one cheat."""

    title: str
    repetitions: int
    found: int
    others: int
    others_flagged: int
    excess: tuple[float, ...]


def cheat_rates(repetitions: int) -> list[Found]:
    """Examine panels of five honest people and one who cheats."""
    rows = range(len(CHEATS))
    tasks = [(row, number) for row in rows for number in range(repetitions)]
    outcomes: dict[int, list[_Outcome]] = {row: [] for row in rows}
    for (row, _), drawn in zip(tasks, _in_parallel(_one_cheat, tasks), strict=True):
        outcomes[row] += drawn
    return [_found(CHEATS[row][0], outcomes[row]) for row in rows]


def _found(title: str, outcomes: Sequence["_Outcome"]) -> Found:
    count = sum(outcome.found for outcome in outcomes)
    _log(f"{title}: {count} of {len(outcomes)}")
    return Found(
        title,
        len(outcomes),
        count,
        sum(outcome.others for outcome in outcomes),
        sum(outcome.others_flagged for outcome in outcomes),
        tuple(value for outcome in outcomes for value in outcome.excess),
    )


@dataclass(frozen=True)
class _Outcome:
    """What came of one cheat in one report."""

    found: bool
    others: int
    others_flagged: int
    excess: tuple[float, ...]


def _one_cheat(task: tuple[int, int]) -> list[_Outcome]:
    row, number = task
    settings = CHEATS[row][1]
    rng = np.random.default_rng([number, 83])
    members = [pool()[k] for k in rng.permutation(PEOPLE)[:6]]
    names = [member.worker.annotator.name for member in members[:5]] + ["Cheat"]
    facts = _with_cheat(settings, members, number)
    return [_cheat_report(row, facts, names, rng) for _ in range(CHEAT_DRAWS)]


def _cheat_report(
    row: int, facts: Sequence[ItemFacts], names: Sequence[str], rng: np.random.Generator
) -> _Outcome:
    _, settings, detectors = CHEATS[row]
    copies = isinstance(settings, CopiedWork)
    paces = _paces(6, rng)
    if isinstance(settings, InflatedHours):
        paces[-1] *= settings.factor
    case = drawn_case(
        facts,
        names,
        paces,
        rng,
        gold=desk().gold if isinstance(settings, GoldOnlyEffort) else None,
        reworks=not isinstance(settings, Probing),
    )
    if isinstance(settings, Probing):
        case = replace(case, earlier=_names_of_earlier(case))
    checks, flags = examine(case, Plan())
    part = {"Cheat", "reference", *(names[:1] if copies else ())}
    return _Outcome(
        any(_about(flag, "Cheat") and flag.detector.name in detectors for flag in flags),
        len(set(names) - part),
        len({who for flag in flags for who in flag.measurement.subjects} - part),
        tuple(
            entry.value
            for check in checks
            if copies and check.detector.name == "shared-errors"
            for entry in check.measurements
            if set(entry.subjects) == {names[0], "Cheat"}
        ),
    )


def _with_cheat(settings: Any, members: Sequence[Member], number: int) -> list[ItemFacts]:
    honest = [member.submission for member in members[:5]]
    clicked = isinstance(settings, InflatedVertices)
    worker = replace(members[5].worker, cheats=(settings,), clicked=clicked)
    work = submit(worker, desk(), honest, seed=number)
    parts = [*(member.facts for member in members[:5]), observed([work])]
    return panel_facts(parts, [*honest, work])


def _names_of_earlier(case: Case) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(str, range(len(digests)))) for digests in case.items[0].earlier)


def _about(flag: Flag, who: str) -> bool:
    return who in flag.measurement.subjects


# --- care on gold, in larger batches

#: Other tests of such a report: drafts, vertices and hours of six people, and their pairs.
_OTHER_TESTS = 33
_GOLD_IMAGES = (24, 60, 120, 240)


def gold_rates(works: int) -> list[tuple[str, int, float, int, int]]:
    """Count found care on gold by number of images, with the mean gap in IoU."""
    counted = []
    for title, settings, _ in CHEATS:
        if isinstance(settings, GoldOnlyEffort):
            told = np.array(
                list(_in_parallel(_gold_told, [(settings, number) for number in range(works)]))
            )
            for images, (gap, found) in zip(_GOLD_IMAGES, told.mean(axis=0), strict=True):
                counted.append((title, images, gap, round(found * works), works * CHEAT_DRAWS))
    return counted


def _gold_told(task: tuple[GoldOnlyEffort, int]) -> list[tuple[float, int]]:
    """Return, for each number of images, the mean gap and the reports with a flag."""
    settings, number = task
    rng = np.random.default_rng([number, 89])
    members = [pool()[k] for k in rng.permutation(PEOPLE)[:6]]
    worker = replace(members[5].worker, cheats=(settings,))
    work = submit(worker, desk(), [member.submission for member in members[:5]], seed=number)
    parts = [*(member.facts for member in members[:5]), observed([work])]
    scores = np.concatenate([[item.accuracy for item in part] for part in parts], axis=1)
    return [_gold_found(parts[0][0], scores, images, rng) for images in _GOLD_IMAGES]


def _gold_found(
    item: ItemFacts, scores: NDArray[np.float64], images: int, rng: np.random.Generator
) -> tuple[float, int]:
    """Draw images with replacement; the last person is the one who cheats."""
    people = scores.shape[1]
    on_gold = np.array([key in desk().gold for key in desk().keys])
    count = round(on_gold.mean() * images)
    bare = replace(item, digests=("some",) * people, conformity=np.full(people, np.nan))
    gaps, found = [], 0
    for _ in range(CHEAT_DRAWS):
        gold = rng.choice(np.flatnonzero(on_gold), count)
        others = rng.choice(np.flatnonzero(~on_gold), images - count)
        items = tuple(
            replace(bare, key=f"{k}", accuracy=scores[at])
            for k, at in enumerate(np.concatenate([gold, others]))
        )
        names = tuple(f"P{place}" for place in range(people))
        case = Case(names, items, True, frozenset(f"{k}" for k in range(count)))
        measured = measure_gold(case, GoldOnlyParameters())
        tests = [*[1.0] * _OTHER_TESTS, *(entry.p_value for entry in measured)]
        found += measured[-1].remarkable and bool(adjust(np.array(tests))[-1] <= Plan().level)
        gaps.append(measured[-1].value)
    return float(np.mean(gaps)), int(found)


def _gold_table(counted: Sequence[tuple[str, int, float, int, int]]) -> str:
    rows = [
        (title, images, f"{gap:.3f}", _rate(count, reports))
        for title, images, gap, count, reports in counted
    ]
    return table(("Cheat", "Images", "Gap in mean IoU", "Found, with its 95 % interval"), rows)


# --- people who differ more than supposed


def pace_rates(reports: int) -> list[tuple[float, int, int]]:
    """Count reports on five honest people whose hours are asked about, by how much paces differ."""
    spreads = (0.1, 0.2, 0.3, 0.4, 0.6)
    return [
        (spread, sum(_in_parallel(_hours_asked, [(spread, k) for k in range(reports)])), reports)
        for spread in spreads
    ]


def _hours_asked(task: tuple[float, int]) -> bool:
    spread, number = task
    rng = np.random.default_rng([number, 97])
    names = [f"P{place}" for place in range(5)]
    facts = pool()[0].facts
    case = drawn_case(facts, names, _paces(5, rng, spread), rng, reworks=False)
    measured = measure_hours(case, ExcessHoursParameters())
    adjusted = adjust(np.array([entry.p_value for entry in measured]))
    return any(
        entry.remarkable and p <= Plan().level for entry, p in zip(measured, adjusted, strict=True)
    )


def _pace_table(rates: Sequence[tuple[float, int, int]]) -> str:
    rows = [
        (f"{spread:.1f}", f"× {math.exp(1.645 * spread):.2f}", _rate(count, reports))
        for spread, count, reports in rates
    ]
    return table(
        ("Spread of people", "Slowest twentieth", "Honest reports asked about hours"), rows
    )


# --- chance and real data


def _chance_table() -> str:
    rows = []
    for name, maps, void in _hand_drawn():
        parts = [take_imprints(label_map, first_void=void, least_area_px=30) for label_map in maps]
        if not parts:
            continue
        found = _joined(parts)
        found = found.only(~found.symmetric)
        groups = group_equal(found.either_way, found.area)
        most = max((int(found.pieces[group[0]]) for group in groups), default=0)
        area = max((int(found.area[group[0]]) for group in groups), default=0)
        telling = (found.pieces >= 8) & (found.area >= 100)
        equal = sum(bool(telling[group[0]]) for group in groups)
        rows.append(
            (name, f"{len(found):,}", len(groups), most, area, f"{int(telling.sum()):,}", equal)
        )
    titles = (
        "Objects", "of 30 px or more", "equal groups", "most pieces of one", "most px of one",
        "intricate objects", "equal ones among them",
    )  # fmt: skip
    return table(titles, rows)


def _hand_drawn() -> Iterator[tuple[str, Iterator[LabelMap], int]]:
    yield "simulated scenes, truth", iter(desk().truths), STREET.first_void
    if not DATA.is_dir():
        return
    for part in ("train", "val"):
        yield f"CamVid {part}, by hand", _pngs(f"camvid/{part}annot", shift=1), 12
    yield "Dubai aerial, by trainees", _colors("dubai_aerial"), 60_000
    yield "nuclei, corrected", _nuclei("fixed"), 2


def _pngs(folder: str, *, shift: int) -> Iterator[LabelMap]:
    for path in sorted((DATA / folder).glob("*.png")):
        with Image.open(path) as image:
            yield LabelMap.from_dense(np.asarray(image).astype(np.uint16) + shift)


def _colors(folder: str) -> Iterator[LabelMap]:
    for path in sorted((DATA / folder).rglob("masks/*.png")):
        with Image.open(path) as image:
            rgb = np.asarray(image.convert("RGB")).astype(np.int64)
        code = (rgb @ np.array([7, 3, 1])) % 59_000 + 1
        yield LabelMap.from_dense(code.astype(np.uint16))


def _nuclei(kind: str) -> Iterator[LabelMap]:
    return (LabelMap.from_dense(mask) for _, mask in _nucleus_masks(kind))


def _nucleus_masks(kind: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Each nucleus with the image that it lies in."""
    path = DATA / "dsb2018_label_fixes" / f"{kind}_stage1_train.zip"
    with zipfile.ZipFile(path) as packed:
        for name in sorted(packed.namelist()):
            if name.endswith(".png") and "/masks/" in name:
                with Image.open(io.BytesIO(packed.read(name))) as image:
                    yield name.split("/")[-3], (np.asarray(image.convert("L")) > 0).astype(np.uint8)


def _joined(parts: Sequence[Imprints]) -> Imprints:
    names = ("value", "plain", "mirrored", "area", "pieces", "box")
    return Imprints(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _real_table() -> str:
    if not DATA.is_dir():
        return "Not measured: the data is not at hand."
    rows = [*_bu_bil_rows(), *_street_rows()]
    return table(("Who", "Images", "Asked about", "Largest excess likeness of a pair"), rows)


def _real_panels() -> str:
    """Count questions about panels in which nobody has another's work."""
    if not DATA.is_dir():
        return "Not measured: the data is not at hand."
    rows = []
    for number in (4, 6):
        folder = DATA / "bu_bil" / f"BU-BIL_Dataset{number}"
        cases = list(bu_bil.cases(folder, number))
        gold = bu_bil.gold(cases)
        workers = [bu_bil.worker(folder, cases, place) for place in range(1, 8)]
        for size, word in ((3, "three"), (4, "four")):
            panels = [list(chosen) for chosen in combinations(workers, size)]
            rows.append(_panels_row(f"BU-BIL {number}, {word} of seven workers", panels, gold))
        if number == _TOOLS_OF_PEOPLE:
            experts = _experts(folder, cases)
            tools = product(*(experts[place : place + 2] for place in range(0, len(experts), 2)))
            panels = [list(chosen) for chosen in tools]
            rows.append(_panels_row("BU-BIL 6, five experts, each by one tool", panels, gold))
    return table(("Who", "Panels", "of which asked about", "Largest excess likeness"), rows)


def _panels_row(
    title: str, panels: Sequence[Sequence[Delivery]], gold: Delivery
) -> tuple[object, ...]:
    reports = [examine_honesty(title, panel, books=Books(gold), workers=1) for panel in panels]
    asked = sum(bool(report.flags) for report in reports)
    _log(f"{title}: {asked} of {len(panels)}")
    return title, len(panels), asked, _largest(*reports)


def _experts(folder: Path, cases: list[bu_bil.Case]) -> list[Delivery]:
    names = {
        path.parent.name
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name.startswith(("Expert", "Person"))
    }
    return [bu_bil.expert(folder, cases, name) for name in sorted(names)]


def _bu_bil_rows() -> Iterator[tuple[object, ...]]:
    for number in (4, 6):
        folder = DATA / "bu_bil" / f"BU-BIL_Dataset{number}"
        cases = list(bu_bil.cases(folder, number))
        gold = bu_bil.gold(cases)
        workers = [bu_bil.worker(folder, cases, place) for place in range(1, 8)]
        experts = _experts(folder, cases)
        title = f"BU-BIL {number}"
        yield _row(f"{title}, seven crowd workers", workers, gold)
        yield _row(f"{title}, {len(experts)} sets of expert masks", experts, gold)
        planted = replace(experts[1], name="gold")
        yield _row(f"{title}, experts, {experts[1].name} passed off as gold", experts, planted)


def _street_rows() -> Iterator[tuple[object, ...]]:
    camvid = _delivery("CamVid", dict(_numbered(_pngs("camvid/trainannot", shift=1))), 12)
    yield _row("CamVid train, one team", [camvid], None)
    dubai = _delivery("trainees", dict(_numbered(_colors("dubai_aerial"))), 60_000)
    yield _row("Dubai aerial, one team", [dubai], None)
    before, after = (
        _delivery(name, _whole_nuclei(kind), 3)
        for name, kind in (("before", "original"), ("corrected", "fixed"))
    )
    yield _row("nuclei, before and after corrections", [before, after], None)


def _numbered(maps: Iterable[LabelMap]) -> Iterator[tuple[str, LabelMap]]:
    return ((f"{place:05}", label_map) for place, label_map in enumerate(maps))


def _whole_nuclei(kind: str) -> dict[str, LabelMap]:
    """All nuclei of an image as one class, the rest as another."""
    images: dict[str, NDArray[np.uint8]] = {}
    for key, mask in _nucleus_masks(kind):
        images[key] = np.maximum(images.get(key, mask), mask)
    return {key: LabelMap.from_dense(dense + np.uint8(1)) for key, dense in images.items()}


def _delivery(name: str, named: Mapping[str, LabelMap], first_void: int) -> Delivery:
    return Delivery(
        name, "memory", _classes(first_void), tuple(sorted(named)), lambda key: Reading(named[key])
    )


@cache
def _classes(first_void: int) -> Ontology:
    return Ontology(
        tuple(LabelClass(f"c{k}", k, (k % 256, k // 256 % 256, 0)) for k in range(first_void - 1))
    )


def _row(
    title: str, deliveries: Sequence[Delivery], reference: Delivery | None
) -> tuple[object, ...]:
    report = examine_honesty(title, deliveries, books=Books(reference), workers=1)
    asked = "; ".join(
        f"{flag.detector.name}: {' and '.join(flag.measurement.subjects)}" for flag in report.flags
    )
    _log(f"{title}: {asked or 'nobody'}")
    return title, max(report.images.values()), asked or "nobody", _largest(report)


def _largest(*reports: HonestyReport) -> str:
    pairs = [
        (entry.value, " and ".join(entry.subjects))
        for report in reports
        for check in report.checks
        if check.detector.name == "shared-errors"
        for entry in check.measurements
        if not math.isnan(entry.value) and entry.kind.value == "test"
    ]
    return "–" if not pairs else f"{max(pairs)[0]:.2f} ({max(pairs)[1]})"


def _speed_text(items: int) -> str:
    """Time the detectors in a process of their own, whose peak of memory is theirs."""
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        return fresh.submit(_timed, items).result()


def _timed(items: int) -> str:
    """Time the detectors on a batch of facts, as they come from workers."""
    rng = np.random.default_rng(1)
    shapes = 200

    def imprints() -> Imprints:
        plain = rng.integers(0, 2**63, shapes, dtype=np.uint64)
        box = rng.integers(0, 2000, (shapes, 4)).astype(np.int32)
        return Imprints(
            np.ones(shapes, np.uint16), plain, plain + np.uint64(1),
            rng.integers(100, 5000, shapes), np.full(shapes, 14, np.uint8), box,
        )  # fmt: skip

    before = _memory("VmRSS")
    nothing = np.full(3, np.nan)
    facts = tuple(
        ItemFacts(
            f"{k:06}",
            (f"a{k}", f"b{k}", f"c{k}"),
            (True,) * 3,
            tuple(imprints() for _ in range(3)),
            None,
            rng.normal(0, 0.1, (3, 3)),
            nothing,
            nothing,
            np.ones(3),
            np.full((3, 2), -1),
        )
        for k in range(items)
    )
    held = _memory("VmRSS") - before
    begun = time.perf_counter()
    examine(Case(("A", "B", "C"), facts, True), Plan())
    took = time.perf_counter() - begun
    peak = _memory("VmHWM") - before
    return (
        f"A batch of {items:,} images with {shapes} intricate shapes each, by three annotators "
        f"({3 * items * shapes / 1e6:.1f} million shapes): what travels from workers takes "
        f"{held / 2**20:.0f} MiB, {held / (3 * items * shapes):.0f} bytes a shape; all detectors "
        f"together take {took:.1f} s, and {(peak - held) / 2**20:.0f} MiB more at their peak. Maps "
        "are read once, in workers of bounded memory, and none of them is kept."
    )


def _memory(field: str) -> int:
    """Return the memory of this process in bytes: ``VmRSS`` now, ``VmHWM`` at its peak."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024


# --- tables and pictures


def _honest_table(honest: Honest) -> str:
    rows = [
        ("reports with any flag", _rate(honest.flagged_reports, honest.reports)),
        ("people asked about, of all in reports", _rate(honest.flagged_people, honest.people)),
        (
            "panels of which any report has a flag",
            f"{honest.flagged_panels} of {honest.reports // DRAWS}",
        ),
        *(
            (f"reports with a flag by `{name}`", f"{count:,}")
            for name, count in sorted(honest.by_detector.items())
        ),
        *(
            (
                f"reports where an adjusted p-value of {name} is small, allowances apart",
                f"{count:,}",
            )
            for name, count in sorted(honest.small_p.items() or [("any detector", 0)])
        ),
    ]
    return table(("Of honest work", "Rate, with its 95 % interval"), rows)


def _cheat_table(found: Sequence[Found]) -> str:
    rows = (
        (
            entry.title,
            _rate(entry.found, entry.repetitions),
            f"{entry.others_flagged} of {entry.others}",
        )
        for entry in found
    )
    return table(("Cheat", "Found, with its 95 % interval", "Others asked"), rows)


def _rate(count: int, total: int) -> str:
    low, high = rate_interval(count, total)
    return f"{count:,} of {total:,}: {count / total:.2%} ({low:.2%}–{high:.2%})"


def _recall_picture(found: Sequence[Found]) -> str:
    from studies.drawing import COLORS, figure, svg

    drawn, (axis,) = figure(height=4.6)
    places = np.arange(len(found))[::-1]
    rates = np.array([entry.found / entry.repetitions for entry in found])
    ends = np.array([rate_interval(entry.found, entry.repetitions) for entry in found])
    axis.barh(places, 100 * rates, color=COLORS[0], height=0.62)
    axis.hlines(places, 100 * ends[:, 0], 100 * ends[:, 1], color="black", linewidth=1)
    axis.set_yticks(places, [entry.title for entry in found])
    axis.set_xlim(0, 100)
    axis.set_xlabel("reports in which the cheat is found, %, with 95 % intervals")
    axis.set_title("Plain cheats are found; faint ones partly")
    axis.grid(axis="y", visible=False)
    return svg(drawn)


def _likeness_picture(honest: Honest, found: Sequence[Found]) -> str:
    from studies.drawing import COLORS, figure, svg

    drawn, (axis,) = figure()
    bins = np.linspace(-0.15, 1.0, 70)
    groups = [("honest pairs", np.array(honest.excess))]
    groups += [(entry.title, np.array(entry.excess)) for entry in found if entry.excess]
    for color, (name, values) in zip(COLORS, groups, strict=False):
        known = values[~np.isnan(values)]
        weights = np.full(known.size, 100 / max(1, known.size))
        axis.hist(
            known.clip(-0.15, 1.0), bins, weights=weights, histtype="stepfilled",
            alpha=0.45, color=color, label=name,
        )  # fmt: skip
    allowance = SharedErrorsParameters().least_excess
    axis.axvline(allowance, color="black", linestyle="--", linewidth=1)
    axis.text(allowance + 0.005, axis.get_ylim()[1] * 0.92, "allowance", fontsize=8)
    axis.set_xlabel("excess likeness of errors over the other pairs")
    axis.set_ylabel("pairs, %")
    axis.set_title("Errors of copies are alike, those of honest pairs are not")
    axis.legend(fontsize=7)
    return svg(drawn)


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
