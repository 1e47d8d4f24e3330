"""Whether systematic errors are attributed rightly, and how often a named cause is chance."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.assess.systematic import find_systematic
from assay.attribution.attribute import Work, attribute
from assay.attribution.mistake import ItemMistakes, Mistake
from assay.attribution.report import Cause
from assay.attribution.settings import AttributionSettings
from assay.delivery import Delivery, Reading, WorkTable
from assay.labels import LabelClass, LabelMap, Ontology
from assay.report import Score
from assay.simulate.annotator import Annotator
from assay.simulate.faults import BoundaryJitter, MissedObjects, SwappedClasses
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from studies import bu_bil
from studies.study import DATA, Study, table

SEED = 20260101
SETTINGS = AttributionSettings()
_AREA = 10_000

TEXT = """
`assay systematic` names a cause when it is more than chance: a mistake is shared by most vendors,
one vendor's, or one annotator's. Of the named causes at most 5 % may be false, on average.

## How often is a named cause false?

Shares of wrong pixels are made up image by image: skewed (many images without the mistake, a few
with much of it), hard images hard for everybody. Three vendors with three annotators each; ten
mistakes, of which two of each kind are planted, but in the rows in which nobody differs, where five
are shared. {repeats:,} repetitions (seed {seed}). The false discovery rate is the mean share of
named causes that were not planted.

{chance}

**Found** is the share of planted causes that were named. **Vague** is the share of annotators'
causes for which the vendor was named too, or instead: true, since the vendor as a whole does err
more, but less than could be said.

That a mistake is shared needs images: each of two vendors must be shown to make it, alone.

## Does it name what was planted in scenes?

{scenes_count} simulated scenes, three vendors with two annotators each. Planted: everybody calls
half of the riders a person (an unclear guideline); *Alder* calls four of ten trucks a car
(training); the annotator *b2* of *Birch* leaves out most small objects (coaching); *Cedar* has a
less steady hand than the others. What a second expert with a steady hand does is nobody's mistake.

{scenes}

Every planted cause is named. A truck that is called a car and touches a true car is a truck left
out: the map cannot tell (see `assay explain anatomy`). And *b2* leaves out riders, who are then not
called persons, so *b1* of the same vendor does that more than *b2*: true, and no fault of *b1*.

## Real annotators

BU-BIL's crowd workers are slots: most likely not the same person in each image.

{real}
"""


def run(*, quick: bool) -> Study:
    """Simulate shares, simulate scenes, and look at BU-BIL where it is at hand."""
    repeats = 40 if quick else 2000
    scenes = 24 if quick else 80
    text = TEXT.format(
        repeats=repeats,
        seed=SEED,
        chance=_chance(repeats),
        scenes_count=scenes,
        scenes=_scenes(scenes),
        real=_real(),
    )
    return Study("Are systematic errors laid at the right door?", text)


@dataclass(frozen=True)
class Planted:
    """Mean share of each vendor's annotators for each mistake, and the causes that are true."""

    name: str
    images: int
    means: NDArray[np.float64]
    true: frozenset[tuple[int, str, str, str]]


ONTOLOGY = Ontology(tuple(LabelClass(f"class {n}", n, (n, n, n)) for n in range(1, 12)))
VENDORS = ("Alder", "Birch", "Cedar")
BASE = 0.004


def _plans() -> Iterator[Planted]:
    for images in (30, 120):
        means = np.full((10, 3, 3), BASE)
        means[5:] = 0.03
        shared = frozenset((m, "shared", "", "") for m in range(5, 10))
        yield Planted("nobody differs", images, means, shared)
        for name, size in (("causes of 5 to 8 points", 0.06), ("causes of 15 to 20 points", 0.16)):
            means = np.full((10, 3, 3), BASE)
            means[0:2] = size
            means[2, 0], means[3, 1] = size, size
            means[4, 2, 1], means[5, 0, 2] = size, size
            true = {(m, "shared", "", "") for m in (0, 1)}
            true |= {(2, "vendor", "Alder", ""), (3, "vendor", "Birch", "")}
            true |= {(4, "annotator", "Cedar", "c1"), (5, "annotator", "Alder", "a2")}
            yield Planted(name, images, means, frozenset(true))


def _chance(repeats: int) -> str:
    rows = []
    for plan in _plans():
        false, vague, found = [], 0, Counter[str]()
        careless = frozenset((m, "vendor", v, "") for m, _, v, who in plan.true if who)
        for number in range(repeats):
            rng = np.random.default_rng([SEED, plan.images, number])
            causes = _named(plan, rng)
            false.append(len(causes - plan.true - careless) / max(1, len(causes)))
            vague += len(causes & careless)
            found.update(kind for _, kind, _, _ in causes & plan.true)
        planted = Counter(kind for _, kind, _, _ in plan.true)
        rows.append(
            (
                plan.name,
                plan.images,
                f"{100 * np.mean(false):.1f} %",
                *(
                    _percent(found[kind], repeats * planted[kind])
                    for kind in ("shared", "vendor", "annotator")
                ),
                _percent(vague, repeats * len(careless)),
            )
        )
    titles = (
        "Planted",
        "Images",
        "False discovery rate",
        "Shared found",
        "Vendor's found",
        "Annotator's found",
        "Vague",
    )
    return table(titles, rows)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _named(plan: Planted, rng: np.random.Generator) -> set[tuple[int, str, str, str]]:
    errors, _ = attribute(_work(plan, rng), ONTOLOGY, SETTINGS)
    return {
        (error.mistake.label - 1, cause.verdict, cause.vendor, cause.annotator)
        for error in errors
        for cause in error.causes
    }


def _work(plan: Planted, rng: np.random.Generator) -> Work:
    """Draw shares: an image is hard for all, most images show little, a few show much."""
    mistakes = plan.means.shape[0]
    hard = rng.gamma(1.0, 1.0, (plan.images, mistakes, 1))
    own = rng.gamma(0.5, 2.0, (plan.images, mistakes, 3))
    who = rng.integers(0, 3, (3, plan.images))
    area = np.full(11, _AREA)
    table_: list[list[ItemMistakes]] = []
    for image in range(plan.images):
        row = []
        for vendor in range(3):
            means = plan.means[:, vendor, who[vendor, image]]
            shares = np.minimum(means * hard[image, :, 0] * own[image, :, vendor], 1.0)
            pixels = {
                Mistake("swapped", place + 1, 11): count
                for place, count in enumerate((shares * _AREA).astype(int).tolist())
                if count
            }
            row.append(ItemMistakes(pixels, area, area))
        table_.append(row)
    people = [[f"{name[0].lower()}{n}" for n in who[v]] for v, name in enumerate(VENDORS)]
    return Work(VENDORS, table_, people)


def _scenes(images: int) -> str:
    unclear = SwappedClasses("rider", "person", share=0.5)
    steady = BoundaryJitter(reach_px=1.0, wave_px=12.0)
    trucks = SwappedClasses("truck", "car", share=0.4)
    unsteady = BoundaryJitter(reach_px=1.4, wave_px=12.0)
    crews = {
        "Alder": [Annotator(f"a{n}", (unclear, trucks, steady), seed=n) for n in (1, 2)],
        "Birch": [
            Annotator("b1", (unclear, steady), seed=3),
            Annotator("b2", (unclear, MissedObjects(largest_px=60, share=0.8), steady), seed=4),
        ],
        "Cedar": [Annotator(f"c{n}", (unclear, unsteady), seed=4 + n) for n in (1, 2)],
    }
    expert = Annotator("expert", (steady,), seed=9)
    truths = [draw_scene(128, 256, seed=5, index=index).truth for index in range(images)]
    keys = [f"scene-{index:03}" for index in range(images)]
    works = {
        vendor: {
            key: crew[index % 2].annotate(truth, index, STREET)
            for index, (key, truth) in enumerate(zip(keys, truths, strict=True))
        }
        for vendor, crew in crews.items()
    }
    who = {
        (vendor, key): crew[index % 2].name
        for vendor, crew in crews.items()
        for index, key in enumerate(keys)
    }
    report = find_systematic(
        [_delivery(vendor, maps) for vendor, maps in works.items()],
        _delivery("reference", dict(zip(keys, truths, strict=True))),
        SETTINGS,
        annotators=WorkTable(who),
        further_reference=_delivery(
            "expert",
            {
                key: expert.annotate(truth, index, STREET)
                for index, (key, truth) in enumerate(zip(keys, truths, strict=True))
            },
        ),
    )
    rows = [
        (error.text, ", ".join(map(_whose, error.causes)), *_shares(error.vendors.values()))
        for error in report.errors
        if error.causes
    ]
    return table(("Named mistake", "Whose", *crews), rows)


def _whose(cause: Cause) -> str:
    if cause.verdict == "shared":
        return "shared"
    return f"{cause.annotator} of {cause.vendor}" if cause.annotator else cause.vendor


def _shares(scores: Iterable[Score]) -> list[str]:
    return [f"{100 * score.value:.1f} %" for score in scores]


def _delivery(name: str, maps: dict[str, LabelMap], ontology: Ontology = STREET) -> Delivery:
    return Delivery(name, "memory", ontology, tuple(sorted(maps)), lambda key: Reading(maps[key]))


def _real() -> str:
    if not DATA.is_dir():
        return "Not run: the data does not lie beside this checkout."
    parts = []
    for data_set in (4, 6):
        folder = next((DATA / "bu_bil").glob(f"*{data_set}"))
        cases = list(bu_bil.cases(folder, data_set))
        gold = bu_bil.gold(cases)
        crowd = [bu_bil.worker(folder, cases, number) for number in range(1, 8)]
        report = find_systematic(crowd, gold, SETTINGS)
        rows = [
            (
                error.text,
                error.verdict,
                ", ".join(map(_whose, error.causes)) or "–",
                _range(error.vendors.values()),
            )
            for error in report.errors[:8]
        ]
        parts.append(
            f"**BU-BIL {data_set}**, {len(cases)} images, seven crowd slots:\n\n"
            + table(("Mistake", "Verdict", "Whose", "Share, lowest to highest"), rows)
        )
    return "\n\n".join(parts)


def _range(scores: Iterable[Score]) -> str:
    values = [score.value for score in scores]
    return f"{100 * min(values):.1f} to {100 * max(values):.1f} %"
