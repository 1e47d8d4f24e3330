"""Reports as judging would give them, made from small simulated scenes; no file is read.

The numbers are honest where that is easy (confusion, overlap, anatomy, intervals by resampling)
and plausible elsewhere (boundary scores).
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from assay.delivery import Finding, Region, Severity
from assay.labels import LabelClass, LabelMap, Ontology
from assay.metrics import Confusion
from assay.render.guideline.page import GuidelineSheet, ShownCase, ShownClass, ShownPicture
from assay.report import Anatomy, ClassScores, Exhibit, ItemScores, Plan, Report, Score
from assay.report.report import Status, StratumScores
from assay.sourcing import (
    Difference,
    Money,
    PilotReport,
    PilotTimes,
    Vendor,
    VendorResult,
    Verdict,
)

HEIGHT, WIDTH, IMAGES = 100, 200, 14

STREET = Ontology(
    (
        LabelClass("sky", 1, (70, 130, 180)),
        LabelClass("building", 2, (70, 70, 70)),
        LabelClass("road", 3, (128, 64, 128)),
        LabelClass("vegetation", 4, (107, 142, 35)),
        LabelClass("car", 5, (0, 0, 142), kind="thing", weight=3.0),
        LabelClass("person", 6, (220, 20, 60), kind="thing", weight=5.0),
        LabelClass("traffic sign", 7, (220, 220, 0), kind="thing"),
    ),
    void_ids=(255,),
)
PLAN = Plan(resamples=400, worst=3)

Pixels = NDArray[np.uint16]
Counts = NDArray[np.int64]
#: Boundary shift in px, share of objects left out, share swapped, unlabelled rows.
Faults = tuple[int, float, float, int]


def _scene(seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    dense = np.full((HEIGHT, WIDTH), 1, np.uint16)
    rows, columns = np.indices(dense.shape)
    left = 0
    while left < WIDTH:
        right, top = left + int(rng.integers(18, 46)), rng.integers(12, 45)
        dense[top:, left:right] = rng.choice([2, 2, 4])
        left = right
    dense[rows > 58 + 6 * np.sin(columns / 40 + seed)] = 3
    for value, height, width, number in ((5, 14, 26, 4), (6, 17, 6, 5), (7, 6, 6, 3)):
        for _ in range(number):
            y, x = rng.integers(40, 82), rng.integers(4, WIDTH - 30)
            inside = ((rows - y) / height * 2) ** 2 + ((columns - x) / width * 2) ** 2
            dense[inside <= 1] = value
    dense[94:] = STREET.first_void
    return dense


def _draw(truth: Pixels, faults: Faults, seed: int) -> Pixels:
    shift, missed, swapped, gap = faults
    rng = np.random.default_rng(seed)
    drawn = np.roll(truth, shift, axis=1)
    for value in (5, 6, 7):
        halves = rng.random(8) < missed
        block = np.repeat(halves, WIDTH // 8)[None, :] & (drawn == value)
        drawn[block] = 3
    drawn[(drawn == 4) & (rng.random(WIDTH) < swapped)[None, :]] = 2
    if rng.random() < 0.5:
        drawn[66:76, 20 : 20 + int(60 * missed)] = 5
    if gap:
        drawn[:gap, : WIDTH // 2] = 0
    return drawn


def _errors(truth: Pixels, drawn: Pixels) -> Pixels:
    """Kinds of error by a crude rule: near a change of class, things lost, things made up."""
    edge = np.zeros(truth.shape, bool)
    for step in (-2, -1, 1, 2):
        edge |= np.roll(truth, step, axis=1) != truth
    kinds = np.select(
        [truth == drawn, drawn == 0, edge, truth >= 5, drawn >= 5],
        [0, 5, 1, 2, 3],
        default=4,
    )
    kinds[truth == STREET.first_void] = 6
    return kinds.astype(np.uint16)


def _confusion(truth: Pixels, drawn: Pixels) -> Counts:
    size = STREET.size
    joint = np.bincount((truth.astype(np.int64) * size + drawn).ravel(), minlength=size * size)
    joint = joint.reshape(size, size)[1 : STREET.first_void]
    classes = joint[:, 1 : STREET.first_void]
    return np.column_stack([classes, joint[:, 0] + joint[:, STREET.first_void :].sum(axis=1)])


def _overlap(confusion: Counts) -> Counts:
    square = confusion[..., :-1]
    both = np.diagonal(square, axis1=-2, axis2=-1)
    return np.stack([both, confusion.sum(axis=-1), square.sum(axis=-2)], axis=-1)


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.full(np.shape(over), np.nan)
    np.divide(over, under, out=out, where=under > 0)
    return out


def _class_values(overlap: Counts) -> dict[str, NDArray[np.float64]]:
    both, reference, candidate = np.moveaxis(overlap.astype(float), -1, 0)
    iou = _ratio(both, reference + candidate - both)
    return {
        "iou": iou,
        "dice": _ratio(2 * both, reference + candidate),
        "precision": _ratio(both, candidate),
        "recall": _ratio(both, reference),
        "boundary_iou": iou**1.7,
        "boundary_f": iou**0.8,
    }


def _overall_values(overlap: Counts) -> dict[str, NDArray[np.float64]]:
    values = _class_values(overlap)
    both, reference, _ = np.moveaxis(overlap.astype(float), -1, 0)
    share = _ratio(reference, np.broadcast_to(reference.sum(-1, keepdims=True), reference.shape))
    known = {name: np.nan_to_num(value) for name, value in values.items()}
    return {
        "pixel_accuracy": _ratio(both.sum(-1), reference.sum(-1)),
        "mean_iou": known["iou"].mean(-1),
        "mean_dice": known["dice"].mean(-1),
        "frequency_weighted_iou": (known["iou"] * share).sum(-1),
        "weighted_iou": (known["iou"] * STREET.weights).sum(-1) / STREET.weights.sum(),
        "mean_boundary_iou": known["boundary_iou"].mean(-1),
        "mean_boundary_f": known["boundary_f"].mean(-1),
        "severe_error_rate": 1 - known["recall"][..., 4:].mean(-1),
    }


def _resampled(overlap: Counts) -> Counts:
    draws = np.random.default_rng(PLAN.seed).integers(0, len(overlap), (400, len(overlap)))
    drawn: Counts = overlap[draws].sum(axis=1)
    return drawn


def _scores(
    values: Mapping[str, NDArray[np.float64]], resamples: Mapping[str, NDArray[np.float64]]
) -> dict[str, Score]:
    out = {}
    for name, value in values.items():
        low, high = np.quantile(resamples[name], [0.025, 0.975])
        out[name] = Score(float(value), float(low), float(high))
    return out


def _class_scores(overlap: Counts) -> tuple[ClassScores, ...]:
    total, resampled = overlap.sum(axis=0), _resampled(overlap)
    values, spread = _class_values(total), _class_values(resampled)
    entries = []
    for place, label in enumerate(STREET.classes):
        scores = _scores(
            {name: value[place] for name, value in values.items()},
            {name: value[:, place] for name, value in spread.items()},
        )
        thing = label.kind == "thing"
        recall = scores["recall"].value
        entries.append(
            ClassScores(
                label, scores, int(total[place, 1]), int(total[place, 2]),
                objects=57 if thing else 14,
                missed=round(57 * (1 - recall)) if thing else 0,
                invented=3 if label.name == "car" else 0,
            )
        )  # fmt: skip
    return tuple(entries)


def photograph(truth: Pixels, seed: int) -> NDArray[np.uint8]:
    """Return a picture that a camera might have taken of the scene."""
    rng = np.random.default_rng(seed)
    light = np.linspace(1.15, 0.7, truth.shape[0])[:, None, None]
    noise = rng.normal(0, 9, (*truth.shape, 1))
    return np.clip(STREET.colors[truth] * light * 0.8 + 35 + noise, 0, 255).astype(np.uint8)


FINDINGS = (
    Finding(
        "png-checksum", Severity.ERROR, "night/frame_0011",
        "Chunk IDAT has checksum 0x1f3a22c0, its bytes give 0x99d10e4f.",
        "Export the file again and send it as it was written.",
    ),
    Finding(
        "item-missing", Severity.ERROR, "night/frame_0013",
        "The reference has this item, the delivery has none.",
        "Deliver labels for every image; a missing one counts as wholly unlabelled.",
    ),
    Finding(
        "undeclared-class", Severity.WARNING, "day/frame_0002",
        "Id 77 covers 312 px, but the ontology declares no such class.",
        "Use the ids of the ontology.", Region(10, 20, 30, 44),
    ),
    Finding(
        "undeclared-class", Severity.WARNING, "day/frame_0004",
        "Id 78 covers 12 px, but the ontology declares no such class.",
        "Use the ids of the ontology.",
    ),
    Finding("item-unexpected", Severity.INFO, "", "3 items are not in the reference.", "Check."),
)  # fmt: skip


def make_report(
    name: str,
    faults: Faults,
    *,
    findings: Sequence[Finding] = (),
    photographs: bool = True,
    lost: Mapping[int, Status] | None = None,
    key: str = "{stratum}/frame_{number:04d}",
    images: int = IMAGES,
) -> Report:
    """Judge simulated images drawn with some faults."""
    lost = lost or {}
    keys = [
        key.format(stratum="day" if number < images // 2 else "night", number=number)
        for number in range(images)
    ]
    truths = [_scene(number) for number in range(images)]
    drawings = [
        np.zeros_like(truth) if number in lost else _draw(truth, faults, number)
        for number, truth in enumerate(truths)
    ]
    pairs = list(zip(truths, drawings, strict=True))
    kinds = [_errors(*pair) for pair in pairs]
    confusions = np.stack([_confusion(*pair) for pair in pairs])
    overlap = _overlap(confusions)
    anatomy = np.stack(
        [_anatomy(truth, kind) for (truth, _), kind in zip(pairs, kinds, strict=True)]
    )
    items = tuple(
        ItemScores(
            keys[number], lost.get(number, "scored"), HEIGHT, WIDTH,
            {"overlap": overlap[number], "anatomy": anatomy[number]},
            {name: float(value) for name, value in _overall_values(overlap[number]).items()},
            stratum=keys[number].split("/")[0],
            reference_digest=LabelMap.from_dense(truths[number]).digest,
            candidate_digest="" if number in lost else LabelMap.from_dense(drawings[number]).digest,
        )
        for number in range(images)
    )  # fmt: skip
    worst = sorted(range(images), key=lambda number: items[number].scores["pixel_accuracy"])[:3]
    return Report(
        name, "gold", STREET, PLAN, items,
        Confusion(STREET.names, confusions.sum(axis=0)),
        _scores(_overall_values(overlap.sum(axis=0)), _overall_values(_resampled(overlap))),
        _class_scores(overlap),
        Anatomy(anatomy.sum(axis=0)),
        tuple(findings),
        tuple(
            StratumScores(
                stratum, len(group),
                _scores(
                    _overall_values(overlap[group].sum(axis=0)),
                    _overall_values(_resampled(overlap[group])),
                ),
            )
            for stratum in ("day", "night")
            if (group := [n for n, item in enumerate(items) if item.stratum == stratum])
        ),
        tuple(
            Exhibit(
                keys[number],
                LabelMap.from_dense(truths[number]),
                None if number in lost else LabelMap.from_dense(drawings[number]),
                LabelMap.from_dense(kinds[number]),
                photograph(truths[number], number) if photographs else None,
            )
            for number in worst
        ),
        {"second annotator": {"mean_iou": Score(0.91, 0.89, 0.93), "pixel_accuracy": Score(0.97)}},
        "ab" * 32, "cd" * 32, "0.1.0",
    )  # fmt: skip


def _anatomy(truth: Pixels, kinds: Pixels) -> Counts:
    out = np.zeros((len(STREET.classes), 5), np.int64)
    wrong = (kinds > 0) & (kinds < 6)
    np.add.at(out, (truth[wrong].astype(np.int64) - 1, kinds[wrong].astype(np.int64) - 1), 1)
    return out


@cache
def example_report() -> Report:
    """One delivery with a missing and an unreadable item."""
    return make_report(
        "Meridian Labels", (1, 0.2, 0.15, 0), findings=FINDINGS,
        lost={11: "unreadable", 13: "missing"},
    )  # fmt: skip


def _deliveries() -> list[tuple[Vendor, Report]]:
    return [
        (
            Vendor("Northlight", Money("EUR", 410), PilotTimes(71.5, 4, 4, 190.0)),
            make_report("Northlight", (1, 0.06, 0.03, 0), findings=FINDINGS[4:]),
        ),
        (
            Vendor("Meridian Labels", Money("EUR", 265), PilotTimes(118.0, 0, 0, None)),
            make_report("Meridian Labels", (1, 0.07, 0.1, 0), findings=FINDINGS[2:4]),
        ),
        (
            Vendor("Pixelwerk", Money("EUR", 120)),
            make_report(
                "Pixelwerk", (2, 0.25, 0.3, 6), findings=FINDINGS,
                lost={11: "unreadable", 13: "missing"},
            ),
        ),
    ]  # fmt: skip


def make_pilot(
    deliveries: Sequence[tuple[Vendor, Report]], *, name: str = "Street scenes, autumn"
) -> PilotReport:
    """Compare deliveries by mean IoU; they are given best first."""
    draws = [
        _overall_values(_resampled(np.stack([item.counts["overlap"] for item in report.items])))
        for _, report in deliveries
    ]
    spread = np.stack([draw["mean_iou"] for draw in draws])
    ranks = (-spread).argsort(axis=0).argsort(axis=0)
    results = tuple(
        VendorResult(
            vendor, report, place + 1,
            np.bincount(ranks[place], minlength=len(deliveries)) / ranks.shape[1],
        )
        for place, (vendor, report) in enumerate(deliveries)
    )  # fmt: skip
    differences = []
    for first, second in combinations(range(len(deliveries)), 2):
        gaps = spread[first] - spread[second]
        low, high = np.quantile(gaps, [0.025, 0.975])
        means = [results[place].report.scores["mean_iou"].value for place in (first, second)]
        differences.append(
            Difference(
                results[first].vendor.name, results[second].vendor.name, "mean_iou",
                Score(means[0] - means[1], float(low), float(high)),
                float((gaps > 0).mean()), bool(low > 0 or high < 0),
            )
        )  # fmt: skip
    # Normal theory: what is detected at 95 % confidence with 80 % power.
    closest = float((spread[0] - spread[1]).std()) * (1.96 + 0.84) if len(spread) > 1 else np.nan
    certainty = float(results[0].rank_probabilities[0])
    leader = results[0].vendor.name
    return PilotReport(
        name, PLAN, "mean_iou", results, tuple(differences),
        Verdict(
            leader, certainty,
            f"Award {leader}: its mean IoU is the highest of {len(results)} vendors, and stays so "
            f"in {certainty:.0%} of resamples.",
        ),
        closest,
        {"second annotator": {"mean_iou": Score(0.91, 0.89, 0.93)}},
    )  # fmt: skip


@cache
def example_pilot() -> PilotReport:
    """Three vendors, of which two are close."""
    return make_pilot(_deliveries())


def example_guideline() -> GuidelineSheet:
    """Return a guideline with pictures, a class without one, and names that try to escape."""
    file = io.BytesIO()
    Image.new("RGB", (640, 360), (90, 110, 140)).save(file, "JPEG")
    picture = ShownPicture(file.getvalue(), 640, 360, right=True, caption="Mirrors belong to it.")
    wrong = replace(picture, right=False, caption="<b>" + "long" * 60)
    shown = (ShownClass(STREET.classes[4], (picture, wrong)), ShownClass(STREET.classes[5], ()))
    cases = (ShownCase("Reflections", "A car in a window <x>", Markup("<p>Label the window.</p>")),)
    text = Markup("<h3>Edges</h3><p>Draw along the outermost pixel.</p>")
    return GuidelineSheet("Streets <1>", 3, datetime(2026, 5, 12, tzinfo=UTC), text, shown, cases)
