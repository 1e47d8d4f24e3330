"""What every validation rule finds of faults that were planted, and what it says of clean maps."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import LabelMap, Ontology
from assay.assess.validate import Surroundings, validate
from assay.delivery import Delivery, Finding
from assay.errors import SourceError
from assay.formats import open_delivery
from assay.formats.photograph import open_photographs
from assay.labels import LabelClass
from assay.simulate.annotator import Annotator
from assay.simulate.faults import (
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    FrameMargin,
    Gaps,
    Holes,
    Slivers,
    Specks,
    SwappedClasses,
    Unlabelled,
)
from assay.simulate.scene import Scene, draw_scene
from assay.simulate.shape_faults import (
    SHAPE_FAULTS,
    CrossedOutlines,
    OverlappingOutlines,
    Spikes,
    UnfinishedOutlines,
    VerticesOutside,
    drawn_shapes,
)
from assay.simulate.street import CAR, PAVEMENT, POLE, RIDER, ROAD, SIGN, SKY, STREET
from assay.validation import VALIDATION_RULES, BatchRule, History, ItemRule, Subject
from assay.validation.batch import Batch
from studies.bu_bil import cases, gold
from studies.drawing import COLORS, figure, svg
from studies.study import DATA, Study, rate, table

_SEED = 2207
_HEIGHT, _WIDTH = 256, 512
#: How near to the fault a finding must lie.
_NEAR_PX = 4
#: Items of the batches that rules across items look at.
_BATCH = 10

Dense = NDArray[np.uint16]
Random = np.random.Generator

#: Scenes of the accepted work that mixtures are compared with; they are not looked at otherwise.
_HISTORY = range(100_000, 100_199)

#: Where the scenes of twice the size begin.
_LARGER = 50_000

#: Relations between classes, for the two rules about them.
CLASSES = replace(
    STREET,
    classes=tuple(
        replace(label, inside=("building", "vegetation", "sky", "pole"))
        if label.name == "sign"
        else replace(label, next_to=("bicycle",))
        if label.name == "rider"
        else label
        for label in STREET.classes
    ),
)


@dataclass(frozen=True)
class Clean:
    """A scene without faults, and what the rules say of it all the same."""

    index: int
    scene: Scene
    findings: Mapping[str, frozenset[tuple[str, object]]]

    @property
    def dense(self) -> Dense:
        return self.scene.truth.to_dense()


@dataclass(frozen=True)
class Planted:
    """An item with a fault in it.

    ``subject`` is what the rule looks at.  A finding is of the fault when it is new, and lies where
    the fault lies or speaks of an object by ``names``.
    """

    subject: Subject
    changed: NDArray[np.bool_] | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plant:
    """A way to plant a fault for a rule that looks at single items."""

    rule: str
    fault: str
    amount: str
    plant: Callable[[Clean, Random], Planted | None]


#: The items of a batch, what has changed around it, and the keys that are at fault.
PlantedBatch = tuple[dict[str, Subject], dict[str, Any], set[str]]


@dataclass(frozen=True)
class BatchPlant:
    """A way to plant a fault for a rule across items; returns the batch and the faulty keys."""

    rule: str
    fault: str
    amount: str
    plant: Callable[[Sequence[Clean], Random], PlantedBatch]


@dataclass
class Count:
    """How many planted faults were found."""

    planted: int = 0
    found: int = 0


#: What was found, by rule, fault and amount.
Rows = dict[tuple[str, str, str], Count]


def run(*, quick: bool) -> Study:
    """Plant faults in simulated scenes, and look at clean and at real labels."""
    scenes, repetitions = (20, 3) if quick else (600, 100)
    rules = _item_rules()
    clean = [_clean(index, rules) for index in range(scenes)]
    alarms = Counter(rule for entry in clean for rule, said in entry.findings.items() if said)
    recalls = _planted(clean, repetitions, _PLANTS)
    batch_recalls, batch_alarms = _batches(clean, repetitions)
    alarms.update(batch_alarms)
    rows = _in_order({**recalls, **batch_recalls})
    text = _TEXT.format(
        scenes=scenes,
        planted=f"{sum(count.planted for count in rows.values()):,}",
        history=len(_HISTORY),
        summary=_summary_table(rows, alarms, scenes),
        recall=_recall_table(rows),
        why=_reasons(alarms),
        larger=_larger_table(recalls, alarms, scenes, repetitions),
        real=_real_table(quick=quick),
    )
    return Study(
        "Rules on planted faults and on clean maps",
        text,
        {"rules-recall.svg": _picture(rows, alarms, scenes)},
    )


# Clean maps.


def _scene(index: int, times: int = 1) -> Scene:
    return draw_scene(times * _HEIGHT, times * _WIDTH, seed=_SEED, index=index, ego=False)


def _clean(index: int, rules: Sequence[ItemRule], times: int = 1) -> Clean:
    scene = _scene(index, times)
    subject = _subject(scene.truth, scene, shapes=drawn_shapes(scene.truth, STREET))
    return Clean(index, scene, {rule.name: _said(rule, subject) for rule in rules})


def _item_rules() -> tuple[ItemRule, ...]:
    return tuple(rule for rule in VALIDATION_RULES if isinstance(rule, ItemRule))


def _said(rule: ItemRule, subject: Subject) -> frozenset[tuple[str, object]]:
    findings = rule.check(subject, rule.parameters()).findings(most=10_000)
    return frozenset((finding.message, finding.region) for finding in findings)


def _subject(labels: LabelMap, scene: Scene, **more: Any) -> Subject:
    draft = Annotator("draft", (BoundaryJitter(2, 10),), seed=9)
    given: dict[str, Any] = {
        "read_photograph": lambda: scene.photograph,
        "read_image_size": lambda: scene.truth.shape,
        "read_preannotation": lambda: draft.annotate(scene.truth, 0, STREET),
        **more,
    }
    return Subject("item", labels, CLASSES, **given)


# Faults of single items.


def _planted(clean: Sequence[Clean], repetitions: int, plants: Sequence[Plant]) -> Rows:
    rows: Rows = {}
    known = {rule.name: rule for rule in _item_rules()}
    for number, plant in enumerate(plants):
        rule = known[plant.rule]
        count = rows.setdefault((plant.rule, plant.fault, plant.amount), Count())
        # Each fault begins at another scene, and passes over those that cannot have it.
        for step in range(len(clean)):
            if count.planted == repetitions:
                break
            entry = clean[(number * 7 + step) % len(clean)]
            planted = plant.plant(entry, np.random.default_rng([_SEED, number, step]))
            if planted is not None:
                count.planted += 1
                count.found += _is_found(rule, entry, planted)
    return rows


def _is_found(rule: ItemRule, entry: Clean, planted: Planted) -> bool:
    findings = list(rule.check(planted.subject, rule.parameters()).findings(most=10_000))
    fresh = [f for f in findings if (f.message, f.region) not in entry.findings[rule.name]]
    return any(_is_of(finding, planted) for finding in fresh)


def _is_of(finding: Finding, planted: Planted) -> bool:
    if planted.names:
        return any(f"{name} (" in finding.message.lower() for name in planted.names)
    box = finding.region
    if planted.changed is None or box is None:
        return True
    # What a fault took away lies beside the object that is left.
    rows = slice(max(0, box.top - _NEAR_PX), box.bottom + _NEAR_PX)
    columns = slice(max(0, box.left - _NEAR_PX), box.right + _NEAR_PX)
    return bool(planted.changed[rows, columns].any())


def _by_annotator(fault: object, entry: Clean, rng: Random) -> Planted | None:
    """Plant what a simulated annotator does."""
    annotator = Annotator("Ann", (fault,), seed=int(rng.integers(1 << 30)))
    labels = annotator.annotate(entry.scene.truth, entry.index, STREET)
    changed = labels.to_dense() != entry.dense
    if not changed.any():
        return None
    return Planted(_subject(labels, entry.scene), changed)


def _by_painting(
    paint: Callable[[Dense, Random], tuple[slice, slice] | None], entry: Clean, rng: Random
) -> Planted | None:
    """Plant what is painted over the labels; returns None where the scene has no place for it."""
    dense = entry.dense
    place = paint(dense, rng)
    if place is None:
        return None
    changed = np.zeros(dense.shape, np.bool_)
    changed[place] = True
    return Planted(_subject(LabelMap.from_dense(dense), entry.scene), changed)


def _by_drawing(parameters: object, entry: Clean, rng: Random) -> Planted | None:
    """Plant a fault in outlines."""
    fault = next(fault for fault in SHAPE_FAULTS if isinstance(parameters, fault.parameters))
    labels = entry.scene.truth
    shapes = drawn_shapes(labels, STREET)
    spoilt, names = fault.apply(shapes, parameters, labels.shape, rng)
    return Planted(_subject(labels, entry.scene, shapes=spoilt), names=names) if names else None


def _square(value: int, side: int, dense: Dense, rng: Random) -> tuple[slice, slice]:
    """Paint a square anywhere but at the frame."""
    top, left = (int(rng.integers(8, length - side - 8)) for length in dense.shape)
    place = slice(top, top + side), slice(left, left + side)
    dense[place] = value
    return place


def _square_on(
    value: int, grounds: tuple[int, ...], side: int, dense: Dense, rng: Random
) -> tuple[slice, slice] | None:
    """Paint a square where a margin around it is of one class."""
    for _ in range(400):
        top, left = (int(rng.integers(3, length - side - 3)) for length in dense.shape)
        around = dense[top - 3 : top + side + 3, left - 3 : left + side + 3]
        if (around == around[0, 0]).all() and int(around[0, 0]) in grounds:
            place = slice(top, top + side), slice(left, left + side)
            dense[place] = value
            return place
    return None


def _strip(width: int, dense: Dense, rng: Random) -> tuple[slice, slice] | None:
    """Paint a strip of pavement in the road."""
    for _ in range(400):
        top, left = (int(rng.integers(3, length - 33)) for length in dense.shape)
        if (dense[top - 3 : top + width + 3, left - 3 : left + 33] == ROAD).all():
            place = slice(top, top + width), slice(left, left + 30)
            dense[place] = PAVEMENT
            return place
    return None


def _cut(distance: int, dense: Dense, rng: Random) -> tuple[slice, slice]:
    """Paint a car that stops a few pixels before the left of the frame."""
    top = int(rng.integers(120, dense.shape[0] - 40))
    place = slice(top, top + 24), slice(distance, distance + 40)
    dense[place] = CAR
    return place


def _wrong_size(rows: int, entry: Clean, rng: Random) -> Planted:
    del rng
    labels = LabelMap.from_dense(entry.dense[: _HEIGHT - rows])
    return Planted(_subject(labels, entry.scene))


def _untouched(share: float, entry: Clean, rng: Random) -> Planted | None:
    """Hand in the draft with a share of its objects corrected."""
    draft = Annotator("draft", (BoundaryJitter(2, 10),), seed=9).annotate(
        entry.scene.truth, 0, STREET
    )
    dense, truth = draft.to_dense(), entry.dense
    # Columns are corrected from left to right, as somebody does who gives up on the way.
    until = int(share * dense.shape[1])
    dense[:, :until] = truth[:, :until]
    del rng
    return Planted(_subject(LabelMap.from_dense(dense), entry.scene))


def _annotated(rule: str, fault: str, faults: Mapping[str, object]) -> Iterator[Plant]:
    for amount, settings in faults.items():
        yield Plant(rule, fault, amount, partial(_by_annotator, settings))


def _painted(
    rule: str, fault: str, paints: Mapping[str, Callable[[Dense, Random], Any]]
) -> Iterator[Plant]:
    for amount, paint in paints.items():
        yield Plant(rule, fault, amount, partial(_by_painting, paint))


def _drawn(rule: str, fault: str, faults: Mapping[str, object]) -> Iterator[Plant]:
    for amount, settings in faults.items():
        yield Plant(rule, fault, amount, partial(_by_drawing, settings))


def _sides(paint: Callable[..., Any], sides: Sequence[int]) -> dict[str, Callable[..., Any]]:
    return {f"{side}×{side} px": partial(paint, side) for side in sides}


_STUFF = (SKY, ROAD, PAVEMENT)

_PLANTS: tuple[Plant, ...] = (
    *(
        Plant("wrong-size", "rows missing", f"{rows} rows", partial(_wrong_size, rows))
        for rows in (1, 16)
    ),
    *_painted("unlabelled-region", "unlabelled square", _sides(partial(_square, 0), (4, 8, 16))),
    *_annotated(
        "unlabelled-region",
        "`unlabelled` regions",
        {f"≥ {px} px": Unlabelled(share=0.1, least_px=px) for px in (12, 40)},
    ),
    *_annotated(
        "gap",
        "`gaps` between neighbours",
        {f"{width} px": Gaps(width, share=0.1) for width in (1, 2)},
    ),
    *_painted("void-used", "void square", _sides(partial(_square, STREET.first_void), (2, 8))),
    *_annotated(
        "speck", "`specks`", {f"≤ {side} px": Specks(count=1, side_px=side) for side in (1, 2, 3)}
    ),
    *_annotated(
        "hole", "`holes` in things", {f"radius {r} px": Holes(r, share=1.0) for r in (1, 2, 3)}
    ),
    *_painted("sliver", "strip of 30 px", {f"{w} px wide": partial(_strip, w) for w in (1, 2, 3)}),
    *_annotated(
        "sliver",
        "`slivers` anywhere",
        {f"{px} px long": Slivers(count=1, length_px=px) for px in (10, 20)},
    ),
    *_painted(
        "cut-short", "car before the frame", {f"{d} px": partial(_cut, d) for d in (1, 2, 3, 5)}
    ),
    *_annotated(
        "cut-short",
        "`frame-margin` of things",
        {f"{px} px": FrameMargin(width_px=px) for px in (1, 2, 3)},
    ),
    *_painted(
        "class-outside",
        "sign on the road",
        _sides(partial(_square_on, SIGN, (ROAD, PAVEMENT)), (4, 8)),
    ),
    *_painted(
        "class-apart", "rider without bicycle", _sides(partial(_square_on, RIDER, _STUFF), (4, 8))
    ),
    *_drawn(
        "overlapping-shapes",
        "`overlapping-outlines`",
        {f"by {px} px": OverlappingOutlines(px) for px in (1, 2, 4)},
    ),
    *_drawn(
        "self-crossing-outline",
        "`crossed-outlines`",
        {f"loop of {px}×{px} px": CrossedOutlines(px) for px in (0.5, 1.5, 4)},
    ),
    *_drawn("degenerate-outline", "`unfinished-outlines`", {"1 object": UnfinishedOutlines()}),
    *_drawn("degenerate-outline", "`spikes`", {f"{px} px long": Spikes(px) for px in (5, 10, 30)}),
    *_drawn(
        "outline-outside",
        "`vertices-outside`",
        {f"{px} px out": VerticesOutside(px) for px in (1, 3, 20)},
    ),
    *_annotated(
        "ragged-boundary",
        "`boundary-jitter`",
        {
            "≤ 1 px": BoundaryJitter(1, 10),
            "≤ 2 px": BoundaryJitter(2, 10),
            "≤ 3 px": BoundaryJitter(3, 8),
        },
    ),
    *_annotated(
        "smoothed-boundary",
        "`coarse-polygons`",
        {f"within {px} px": CoarsePolygons(px) for px in (1.5, 2, 3, 5)},
    ),
    *_annotated(
        "shifted-boundary",
        "`boundary-offset` of things",
        {f"{px:+d} px": BoundaryOffset(px) for px in (-2, -1, 1, 2, 3)},
    ),
    *(
        Plant(
            "untouched-draft",
            "draft handed in",
            f"{share:.0%} of its width corrected",
            partial(_untouched, share),
        )
        for share in (0.0, 0.1, 0.5)
    ),
)

#: Amounts below what a rule is set to find by default; they show where it stops.
_BELOW = frozenset(
    {
        ("sliver", "2 px wide"),
        ("sliver", "3 px wide"),
        ("sliver", "10 px long"),
        ("cut-short", "5 px"),
        ("self-crossing-outline", "loop of 0.5×0.5 px"),
        ("degenerate-outline", "5 px long"),
        ("outline-outside", "1 px out"),
        ("ragged-boundary", "≤ 1 px"),
        ("smoothed-boundary", "within 1.5 px"),
        ("untouched-draft", "50% of its width corrected"),
        ("repeated-labels", "1 px changed"),
    }
)


# Faults across items.


def _batches(clean: Sequence[Clean], repetitions: int) -> tuple[Rows, Counter[str]]:
    """Return recalls, and in how many clean items each rule finds something."""
    rows: Rows = {}
    alarms: Counter[str] = Counter()
    groups = [clean[i : i + _BATCH] for i in range(0, len(clean), _BATCH)]
    history = History.of(CLASSES, [_pixels(_scene(index).truth) for index in _HISTORY])
    accused: dict[tuple[str, int], set[str]] = {}
    for place, group in enumerate(groups):
        around = _surroundings(group, history)
        for rule in _batch_rules():
            said = {finding.item for finding in _compare(rule, _items(group), around)}
            accused[rule.name, place] = said
            alarms[rule.name] += len(said)
    known = {rule.name: rule for rule in _batch_rules()}
    for number, plant in enumerate(_BATCH_PLANTS):
        rule = known[plant.rule]
        count = rows.setdefault((plant.rule, plant.fault, plant.amount), Count())
        for step in range(repetitions):
            place = (number + step) % len(groups)
            group = groups[place]
            rng = np.random.default_rng([_SEED, 1000 + number, step])
            subjects, changed, keys = plant.plant(group, rng)
            findings = _compare(rule, subjects, {**_surroundings(group, history), **changed})
            fresh = {finding.item for finding in findings} - accused[rule.name, place]
            count.planted += 1
            count.found += bool(fresh & keys)
    return rows, alarms


def _batch_rules() -> tuple[BatchRule, ...]:
    return tuple(rule for rule in VALIDATION_RULES if isinstance(rule, BatchRule))


def _key(entry: Clean) -> str:
    return f"street-{entry.index:04d}"


def _pixels(truth: LabelMap) -> NDArray[np.int64]:
    return truth.counts(CLASSES.size)[1 : CLASSES.first_void]


def _surroundings(group: Sequence[Clean], history: History) -> dict[str, Any]:
    """Return what is known besides a clean batch; an earlier delivery holds other images."""
    others = {f"other-{entry.index}": _flipped(entry) for entry in group}
    return {
        "expected": tuple(_key(entry) for entry in group),
        "history": history,
        "previous": {"before": others},
    }


def _flipped(entry: Clean) -> Subject:
    """Return the labels of another image: this one upside down."""
    labels = LabelMap.from_dense(np.ascontiguousarray(entry.dense[::-1]))
    return _subject(labels, entry.scene)


def _compare(
    rule: BatchRule, subjects: Mapping[str, Subject], around: Mapping[str, Any]
) -> list[Finding]:
    parameters = rule.parameters()

    def summarised(items: Mapping[str, Subject]) -> dict[str, Any]:
        kept = {key: rule.summarise(item, parameters) for key, item in items.items()}
        return {key: summary for key, summary in kept.items() if summary is not None}

    batch: Batch[Any] = Batch(
        "batch",
        CLASSES,
        tuple(sorted(subjects)),
        summarised(subjects),
        {name: summarised(items) for name, items in around["previous"].items()},
        around["expected"],
        around["history"],
    )
    return list(rule.compare(batch, parameters).findings(most=10_000))


def _items(group: Sequence[Clean]) -> dict[str, Subject]:
    return {_key(entry): _subject(entry.scene.truth, entry.scene) for entry in group}


def _with(group: Sequence[Clean], place: int, labels: LabelMap) -> PlantedBatch:
    entry = group[place]
    subjects = _items(group)
    subjects[_key(entry)] = _subject(labels, entry.scene)
    return subjects, {}, {_key(entry)}


def _without_one(group: Sequence[Clean], rng: Random) -> PlantedBatch:
    key = _key(group[int(rng.integers(len(group)))])
    subjects = {name: item for name, item in _items(group).items() if name != key}
    return subjects, {}, {key}


def _with_one_more(group: Sequence[Clean], rng: Random) -> PlantedBatch:
    key = _key(group[int(rng.integers(len(group)))])
    expected = tuple(_key(entry) for entry in group if _key(entry) != key)
    return _items(group), {"expected": expected}, {key}


def _renamed(group: Sequence[Clean], rng: Random) -> PlantedBatch:
    key = _key(group[int(rng.integers(len(group)))])
    subjects = _items(group)
    subjects[key.upper()] = subjects.pop(key)
    return subjects, {}, {key, key.upper()}


def _one_twice(group: Sequence[Clean], rng: Random) -> PlantedBatch:
    first, second = rng.permutation(len(group))[:2].tolist()
    subjects, _, keys = _with(group, second, group[first].scene.truth)
    return subjects, {}, {*keys, _key(group[first])}


def _strange(fault: object, group: Sequence[Clean], rng: Random) -> PlantedBatch:
    place = int(rng.integers(len(group)))
    entry = group[place]
    labels = Annotator("Ann", (fault,), seed=1).annotate(entry.scene.truth, 0, STREET)
    return _with(group, place, labels)


def _pasted(across: bool, group: Sequence[Clean], rng: Random) -> PlantedBatch:  # noqa: FBT001 - bound by partial
    """Paste a person or car of one image elsewhere, in it or in another one."""
    from assay.labels import find_regions

    for place in rng.permutation(len(group)).tolist():
        labels = group[place].scene.truth
        regions = find_regions(labels, connectivity=4)
        large = np.flatnonzero((regions.area > 300) & (regions.area < 4000) & (regions.value >= 9))
        if not large.size:
            continue
        region = int(rng.choice(large))
        owners = np.repeat(regions.of_run, labels.lengths).reshape(labels.shape)
        top, left = int(regions.top[region]), int(regions.left[region])
        mask = owners[top : regions.bottom[region], left : regions.right[region]] == region
        into = (place + 1) % len(group) if across else place
        dense = group[into].dense
        # Near the sky, where nothing paints over it.
        height, width = mask.shape
        at = 2, int(rng.integers(2, _WIDTH - width - 2))
        target = dense[at[0] : at[0] + height, at[1] : at[1] + width]
        target[mask] = regions.value[region]
        subjects, _, keys = _with(group, into, LabelMap.from_dense(dense))
        return subjects, {}, {*keys, _key(group[place])}
    return _items(group), {}, set()


def _repeated(changed: int, group: Sequence[Clean], rng: Random) -> PlantedBatch:
    """Hand in labels that were delivered for another image, with a few pixels changed."""
    place = int(rng.integers(len(group)))
    old = _flipped(group[place])
    dense = old.label_map.to_dense()
    for _ in range(changed):
        dense[tuple(int(rng.integers(side)) for side in dense.shape)] = POLE
    return _with(group, place, LabelMap.from_dense(dense))


_BATCH_PLANTS: tuple[BatchPlant, ...] = (
    BatchPlant("missing-item", "an item left out", "1 of 10", _without_one),
    BatchPlant("extra-item", "an item too many", "1 of 10", _with_one_more),
    BatchPlant("renamed-item", "a name in capitals", "1 of 10", _renamed),
    BatchPlant("duplicated-labels", "labels of another image", "1 of 10", _one_twice),
    *(
        BatchPlant(
            "class-mixture",
            f"`swapped-classes`, {first} to {second}",
            "all of it",
            partial(_strange, SwappedClasses(first, second, share=1.0)),
        )
        for first, second in (("road", "terrain"), ("sky", "building"), ("car", "truck"))
    ),
    BatchPlant("copied-shape", "an object pasted", "in its image", partial(_pasted, False)),
    BatchPlant("copied-shape", "an object pasted", "in another image", partial(_pasted, True)),
    *(
        BatchPlant(
            "repeated-labels",
            "labels delivered before",
            f"{changed} px changed",
            partial(_repeated, changed),
        )
        for changed in (0, 1)
    ),
)


# Real labels.


@dataclass
class Heard:
    """What the rules say of one set of real labels."""

    items: int = 0
    said: Counter[str] = field(default_factory=Counter)
    skipped: set[str] = field(default_factory=set)

    def cell(self, rule: str) -> str:
        """Return in how many items a rule says something."""
        if rule in self.skipped:
            return "not run"
        return f"{self.said[rule]} ({self.said[rule] / max(self.items, 1):.0%})"


def _real_table(*, quick: bool) -> str:
    """Return in how many real items each rule that was run says something."""
    sets: dict[str, Heard] = {}
    for name, delivery, surroundings in _real(quick=quick):
        report = validate(delivery, surroundings=surroundings, workers=1)
        heard = sets.setdefault(name, Heard())
        heard.items += sum(item.readable for item in report.items)
        heard.said.update({rule.rule: rule.items for rule in report.rules})
        heard.skipped.update(report.skipped, _UNASKED)
    if not sets:
        return "*The data folder was absent when this page was written.*"
    return table(
        ["Rule", *(f"{name} ({heard.items})" for name, heard in sets.items())],
        [
            [f"`{rule.name}`", *(heard.cell(rule.name) for heard in sets.values())]
            for rule in VALIDATION_RULES
            if any(rule.name not in heard.skipped for heard in sets.values())
        ],
    )


#: Relations between classes, which none of these sets of labels states.
_UNASKED = ("class-outside", "class-apart")


def _real(*, quick: bool) -> Iterator[tuple[str, Delivery, Surroundings]]:
    """Yield real labels with their photographs, where they are at hand."""
    few = 4 if quick else 10_000
    if (DATA / "camvid").is_dir():
        photographs = open_photographs(DATA / "camvid" / "val", max_side=2**20)
        labels = open_delivery(DATA / "camvid" / "valannot", _CAMVID, format="index-png")
        yield "CamVid", _first(labels, few), Surroundings(photographs, labels.keys[:few])
    for tile in sorted((DATA / "dubai_aerial").glob("Tile *")):
        photographs = open_photographs(tile / "images", max_side=2**20)
        labels = open_delivery(tile / "masks", _DUBAI, format="color-png")
        yield "Dubai", _first(labels, few), Surroundings(photographs, labels.keys[:few])
    path = DATA / "coco_panoptic20"
    if path.is_dir():
        photographs = open_photographs(path / "images", max_side=2**20)
        for file in ("instances.json", "rle.json"):
            labels = open_delivery(path / file, _coco_classes(path / file), format="coco")
            yield f"COCO {file}", _first(labels, few), Surroundings(photographs, labels.keys[:few])
    for number in (4, 6):
        folder = DATA / "bu_bil" / f"BU-BIL_Dataset{number}"
        if folder.is_dir():
            yield "BU-BIL gold", _first(gold(list(cases(folder, number))), few), Surroundings()


def _first(delivery: Delivery, items: int) -> Delivery:
    return replace(delivery, keys=delivery.keys[:items])


def _classes(names: str, ids: Sequence[int], colors: str = "") -> Ontology:
    listed = names.split()
    given = colors.split() or [f"#{40 + 9 * place:02x}{(97 * place) % 256:02x}77" for place in ids]
    return Ontology(
        tuple(
            LabelClass(name, number, tuple(bytes.fromhex(color[1:])))  # type: ignore[arg-type]  # three bytes
            for name, number, color in zip(listed, ids, given, strict=True)
        ),
        void_ids=(11,) if "bicyclist" in listed else (),
    )


_CAMVID = _classes(
    "sky building pole road pavement tree sign fence car pedestrian bicyclist", range(11)
)
_DUBAI = _classes(
    "building land road vegetation water",
    range(1, 6),
    "#3C1098 #8429F6 #6EC1E4 #FEDD3A #E2A929",
)


def _coco_classes(path: Any) -> Ontology:
    import json

    categories = json.loads(path.read_text())["categories"]
    if not categories:
        raise SourceError(f"{path.name} has no categories.")
    return Ontology(
        tuple(
            LabelClass(
                entry["name"],
                entry["id"],
                ((entry["id"] * 37) % 256, entry["id"] // 256, (entry["id"] * 91) % 256),
                kind="thing" if entry.get("isthing", 1) else "stuff",
            )
            for entry in categories
        )
    )


# Tables and pictures.


def _in_order(rows: Rows) -> Rows:
    """Return the rows in the order of the rules."""
    order = {name: place for place, name in enumerate(VALIDATION_RULES.names())}
    return dict(sorted(rows.items(), key=lambda row: order[row[0][0]]))


def _is_below(row: tuple[str, str, str]) -> bool:
    rule, _, amount = row
    return (rule, amount) in _BELOW


def _summary_table(rows: Rows, alarms: Mapping[str, int], scenes: int) -> str:
    lines = []
    for rule in VALIDATION_RULES.names():
        counts = [c for row, c in rows.items() if row[0] == rule and not _is_below(row)]
        planted, found = sum(c.planted for c in counts), sum(c.found for c in counts)
        said = alarms.get(rule, 0)
        lines.append([f"`{rule}`", planted, rate(found, planted), said, rate(said, scenes)])
    titles = ["Rule", "Planted", "Found (95 % interval)", "Clean with findings"]
    return table([*titles, "False alarms (95 % interval)"], lines)


def _recall_table(rows: Rows) -> str:
    return table(
        ["Rule", "Planted", "Amount", "Faults", "Found", "Recall (95 % interval)"],
        [
            [
                f"`{rule}`",
                fault,
                f"{amount}, below" if _is_below((rule, fault, amount)) else amount,
                count.planted,
                count.found,
                rate(count.found, count.planted),
            ]
            for (rule, fault, amount), count in rows.items()
        ],
    )


def _larger_table(rows: Rows, alarms: Mapping[str, int], scenes: int, repetitions: int) -> str:
    """Return recall and false alarms of rules about boundaries, also in scenes twice as large."""
    rules = tuple(rule for rule in _item_rules() if rule.name.endswith("-boundary"))
    names = [rule.name for rule in rules]
    clean = [_clean(_LARGER + index, rules, times=2) for index in range(repetitions)]
    larger = _planted(clean, repetitions, [plant for plant in _PLANTS if plant.rule in names])
    lines = [
        [
            f"`{rule}`",
            f"{fault}, {amount}",
            *(rate(count.found, count.planted) for count in (rows[rule, fault, amount], count)),
        ]
        for (rule, fault, amount), count in larger.items()
    ]
    lines += [
        [
            f"`{name}`",
            "nothing",
            rate(alarms.get(name, 0), scenes),
            rate(sum(bool(entry.findings[name]) for entry in clean), len(clean)),
        ]
        for name in names
    ]
    return table(["Rule", "Planted", "256×512 px", "512×1024 px"], lines)


def _reasons(alarms: Mapping[str, int]) -> str:
    """Return why each rule that speaks of clean scenes does."""
    speak = [name for name in VALIDATION_RULES.names() if alarms.get(name)]
    return "\n".join(f"* `{name}`: {_REASONS.get(name, 'not looked into')}." for name in speak)


_REASONS = {
    "speck": "far-off signs, leaves and lights have few pixels in the truth",
    "hole": "between legs and wheels the truth shows what lies behind",
    "sliver": "what peeks out from behind a pole or a kerb is a thread in the truth",
    "cut-short": "signs and bicycles that end beside the frame by chance",
    "class-outside": "signs half hidden by vehicles",
    "class-apart": "riders whose bicycle is hidden by a car",
    "class-mixture": "the rate that was asked for is 1 %",
    "smoothed-boundary": "poles, whose straight sides have other edges beside them",
    "shifted-boundary": "rims, lights and shadows that are clearer than the object's own edge",
    "copied-shape": "two far-off things of one shape",
}


def _picture(rows: Rows, alarms: Mapping[str, int], scenes: int) -> str:
    """Draw recall by amount, and beside it how often each rule speaks of clean scenes."""
    names = VALIDATION_RULES.names()
    drawn, (found, false) = figure(2, width=7.6, height=0.23 * len(names) + 1.2)
    for row, count in rows.items():
        height = len(names) - 1 - names.index(row[0])
        share = 100 * count.found / count.planted
        face = "none" if _is_below(row) else COLORS[0]
        found.plot(
            share, height, "o", markersize=5, color=COLORS[0], markerfacecolor=face, clip_on=False
        )
    heights = np.arange(len(names))[::-1]
    shares = [100 * alarms.get(name, 0) / scenes for name in names]
    false.barh(heights, shares, color=COLORS[1], height=0.55)
    for axes in (found, false):
        axes.set_yticks(heights, names if axes is found else [], fontsize=8)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_xlim(0, 100)
        axes.set_axisbelow(True)
    found.set_xlabel("planted faults found, %; hollow: below defaults")
    found.set_title("Most faults in a rule's reach are found")
    false.set_xlabel("clean scenes with a finding, %")
    false.set_title("Few rules speak of clean scenes")
    return svg(drawn)


_TEXT = """\
Every rule of `assay validate` with its defaults, on street scenes of 256×512 px whose truth is
known: {scenes} clean ones, and {planted} with one planted fault each. These scenes were drawn for
this page alone; no default was set on them, though on scenes of the same kind.

## One row a rule

A planted fault is *found* when its rule says something that it does not say of the clean scene, at
the place of the fault or of the object that was spoilt. Faults below what a rule is set to find by
default are left out here, and shown further down. *False alarms* is the share of clean scenes of
which a rule says anything at all.

{summary}

![Recall of every rule, and how often it speaks of clean scenes](images/rules-recall.svg)

Clean scenes are exact to the pixel, and so hold what an annotator would never draw: leaves and
far-off signs of one or two pixels, kerbs that end in a thread. Rules about small regions speak of
them; for these rules recall counts only findings that are new.

{why}

Rules across items look at batches of 10. The history of `class-mixture` is {history} other scenes;
[its rate of false alarms](mixture.md) is measured on a page of its own.

## Every fault and amount

{recall}

What is missed, and why:

* **Specks** that join a region of their class, lie at the frame or within 8 px of a large region of
  their class are left alone: those are pieces of a ragged outline. Some lie in an object and are
  holes.
* **Cut-short** things are found by a straight edge of 8 px and more, which people and poles do not
  have; a car that is painted beside another car is one object with it.
* **Overlaps** below 10 px or 2 % of the smaller object are left alone, and so is a thing over
  stuff; outlines that grow by one or two pixels often do no more.
* **Copied shapes** of fewer than 8 straight pieces, or a few more where there are many shapes, are
  too plain to be told from chance.
* **Unlabelled** regions that are threads are named by `gap`.
* **Boundaries** are judged by their clear edges, and small scenes have few; see below.
* **Below the defaults** lie strips 2 px wide (a square of 2 px fits), cars 5 px off the frame (3),
  threads of 10 px (12), loops below 1 px, spikes of 5 px (8), vertices 1 px out (2), and drafts of
  which more than a fifth was touched. Wavering of one pixel is that of the pixel grid, and polygons
  within 1.5 px are ordinary work.
* **Repeated labels** are compared by digest: one changed pixel hides them. `untouched-draft` and
  `copied-shape` look at objects and are not fooled by that.

## Boundaries on larger scenes

Rules about boundaries need boundary with a clear edge in the photograph: 80 px of a region, 160 of
a class, 400 of an item; and an item must be beyond its limit by twice the standard error. Small
scenes have too little for that, scenes of twice the size hardly ever; only polygons within 2 px
stay at the limit. The rows with nothing planted are false alarms.

{larger}

## Real labels

Items in which a rule finds something, remarks included, with its defaults and without any tuning.
Nobody knows which of these are faults, so these are no rates of false alarms; a rule that speaks of
nearly every item of a good data set does not fit its guideline, and should be set or left out.

{real}

CamVid's labels were scaled down from a larger size by their publishers, which leaves single
pixels, and every frame has void. Dubai's tiles were drawn by trainees in coarse polygons that
leave gaps. COCO labels single objects with polygons of some pixels' tolerance, one over another,
and leaves the rest unlabelled; in one image of `rle.json` a bowl that comes later hides most of
the broccoli in it. Its one ragged item shows zebras, whose stripes are edges too. A rule that was
not run had nothing to go by: no outlines as drawn, no photographs or no list of images. Rules
without a row lacked relations, a history, drafts or earlier deliveries.
"""
