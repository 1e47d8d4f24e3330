"""Productions made of numbers: no label map is needed to test what charts say."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from assay.drift.looks import Content
from assay.drift.production import Batch, GoldImage, Production

#: Gives an image's score and stratum by vendor, annotator and batch.
Score = Callable[[str, str, int, np.random.Generator], tuple[float, str]]

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def day(batch: int) -> datetime:
    return MONDAY + timedelta(weeks=batch)


def image(item: str, score: float, *, stratum: str = "", annotator: str = "") -> GoldImage:
    """An image of two classes, half each."""
    content = Content(10.0, 2, (0.5, 0.5))
    return GoldImage(item, score, {"road": score}, content, annotator=annotator, stratum=stratum)


def steady(vendor: str, annotator: str, batch: int, rng: np.random.Generator) -> tuple[float, str]:
    """Return a score of 0.8 or so, by daylight."""
    del vendor, annotator, batch
    return 0.8 + 0.04 * float(rng.standard_normal()), "day"


def production(
    score: Score = steady,
    *,
    vendors: Sequence[str] = ("Acme",),
    annotators: Sequence[str] = ("Ann", "Bob"),
    batches: int = 20,
    images: int = 20,
    seed: int = 1,
) -> Production:
    """Return weekly batches of every vendor; its annotators take turns."""
    rng = np.random.default_rng(seed)
    made = []
    for batch in range(batches):
        for vendor in vendors:
            found = []
            for number in range(images):
                annotator = annotators[number % len(annotators)]
                value, stratum = score(vendor, annotator, batch, rng)
                key = f"{vendor}-{batch}-{number}"
                found.append(image(key, value, stratum=stratum, annotator=annotator))
            made.append(
                Batch(f"{vendor}-{batch + 1:02d}", vendor, day(batch), tuple(found), images)
            )
    return Production("Test", tuple(made), ("road", "car"))


def without_images(made: Production, batch: int) -> Production:
    """Return a production in which one batch has no gold."""
    batches = tuple(
        replace(entry, images=()) if entry.date == day(batch) else entry for entry in made.batches
    )
    return replace(made, batches=batches)


def shared_gold(
    fall: Callable[[str, int], float], *, batches: int = 20, images: int = 12, seed: int = 1
) -> Production:
    """Return two vendors that label the same gold images, some of which are hard for both."""
    rng = np.random.default_rng(seed)
    made = []
    for batch in range(batches):
        hardness = 0.1 * rng.random(images)
        for vendor in ("Acme", "Other"):
            noise = 0.015 * rng.standard_normal(images)
            scores = 0.85 - hardness + noise - fall(vendor, batch)
            found = tuple(image(f"{batch}-{n}", float(s)) for n, s in enumerate(scores))
            made.append(Batch(f"{vendor}-{batch + 1:02d}", vendor, day(batch), found, images))
    return Production("Shared", tuple(made), ("road", "car"))
