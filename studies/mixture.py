"""The rule ``class-mixture``: is its rate of false alarms kept, and what does it find?"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelClass, Ontology
from assay.validation.mixture import strangeness
from studies.drawing import figure, svg
from studies.study import DATA, Study, table

Counts = NDArray[np.int64]
Population = Callable[[np.random.Generator, int], Counts]

SIZES = (99, 199, 499)
RATES = (0.01, 0.05)
_NEW = 20
_CENTRE = np.log([0.4, 0.3, 0.2, 0.08, 0.02])
_SPREAD = np.array([0.3, 0.3, 0.4, 0.6, 1.0])
_CAMVID = DATA / "camvid"
_NAMES = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip


def run(*, quick: bool) -> Study:
    """Simulate projects of four kinds, then try the drives of CamVid."""
    repetitions = 50 if quick else 2000
    rates = {
        name: {size: _rates(draw, size, repetitions) for size in SIZES}
        for name, draw in POPULATIONS.items()
    }
    found = {
        fault: {rate: _found(spoil, rate, repetitions // 10) for rate in RATES}
        for fault, spoil in FAULTS.items()
    }
    parts = [
        _INTRODUCTION.format(repetitions=f"{repetitions:,}", new=_NEW),
        _rate_table(rates),
        "![Measured against stated rate of false alarms](images/mixture-rates.svg)",
        _READING,
        "## What is found",
        _FOUND.format(repetitions=repetitions // 10, new=_NEW),
        _found_table(found),
        *_camvid(),
    ]
    return Study(
        "Mixtures of classes: false alarms as stated",
        "\n\n".join(parts),
        {"mixture-rates.svg": _plot(rates)},
    )


def _ordinary(rng: np.random.Generator, number: int) -> Counts:
    noise = rng.standard_normal((number, 5))
    return _pixels(rng, noise)


def _heavy_tailed(rng: np.random.Generator, number: int) -> Counts:
    return _pixels(rng, rng.standard_t(3, (number, 5)))


def _two_kinds(rng: np.random.Generator, number: int) -> Counts:
    """Draw town and motorway: two in three images have much of the third class."""
    noise = rng.standard_normal((number, 5))
    noise[:, 2] += np.where(rng.random(number) < 2 / 3, 2.0, -4.0)
    return _pixels(rng, noise)


def _pixels(rng: np.random.Generator, noise: NDArray[np.float64]) -> Counts:
    logs = _CENTRE + _SPREAD * noise
    # The first two classes go together, and the rarest is often absent.
    logs[:, 0] += 0.5 * (logs[:, 1] - _CENTRE[1])
    shares = np.exp(logs)
    shares[rng.random(len(noise)) < 0.6, 4] = 0
    pixels: Counts = (1e6 * shares / shares.sum(axis=1, keepdims=True)).astype(np.int64)
    return pixels


#: Projects by kind; each draws the pixels of images.
POPULATIONS: Mapping[str, Population] = {
    "ordinary": _ordinary,
    "heavy-tailed": _heavy_tailed,
    "two kinds of image": _two_kinds,
}

#: Ways in which the labels of an ordinary image go wrong.
FAULTS: Mapping[str, Callable[[Counts], Counts]] = {
    "two common classes exchanged (40 % and 8 %)": lambda counts: counts[:, [3, 1, 2, 0, 4]],
    "two like classes exchanged (40 % and 30 %)": lambda counts: counts[:, [1, 0, 2, 3, 4]],
    "a common class left out (20 %)": lambda counts: counts * np.array([1, 1, 0, 1, 1]),
    "a class doubled (8 %)": lambda counts: counts * np.array([1, 1, 1, 2, 1]),
    "nothing": lambda counts: counts,
}


def _rates(draw: Population, size: int, repetitions: int) -> dict[float, tuple[float, float]]:
    """Return the measured rate of each stated one, with its standard error."""
    shares = np.empty((repetitions, len(RATES)))
    for repetition in range(repetitions):
        rng = np.random.default_rng([31, size, repetition])
        chances = strangeness(draw(rng, size), draw(rng, _NEW), least_share=0.001)
        shares[repetition] = [(chances <= rate).mean() for rate in RATES]
    means, errors = shares.mean(axis=0), shares.std(axis=0) / repetitions**0.5
    return {
        rate: (float(mean), float(error))
        for rate, mean, error in zip(RATES, means, errors, strict=True)
    }


def _found(spoil: Callable[[Counts], Counts], rate: float, repetitions: int) -> float:
    shares = []
    for repetition in range(repetitions):
        rng = np.random.default_rng([32, repetition])
        past, present = _ordinary(rng, 199), _ordinary(rng, _NEW)
        shares.append((strangeness(past, spoil(present), least_share=0.001) <= rate).mean())
    return float(np.mean(shares))


def _rate_table(rates: Mapping[str, Mapping[int, Mapping[float, tuple[float, float]]]]) -> str:
    rows = [
        (
            f"{name}, {size} images",
            *(f"{100 * mean:.2f} % (± {196 * error:.2f})" for mean, error in measured.values()),
        )
        for name, sizes in rates.items()
        for size, measured in sizes.items()
    ]
    return table(["Project and history", *(f"Stated {rate:.0%}" for rate in RATES)], rows)


def _found_table(found: Mapping[str, Mapping[float, float]]) -> str:
    rows = [
        (fault, *(f"{share:.1%}" for share in shares.values())) for fault, shares in found.items()
    ]
    return table(["What went wrong", *(f"Found at {rate:.0%}" for rate in RATES)], rows)


def _plot(rates: Mapping[str, Mapping[int, Mapping[float, tuple[float, float]]]]) -> str:
    drawn, axes = figure(len(RATES))
    for place, rate in enumerate(RATES):
        axes[place].axhline(100 * rate, color="#7f7f7f", linestyle="--", label="stated")
        for name, sizes in rates.items():
            means = [100 * sizes[size][rate][0] for size in SIZES]
            errors = [196 * sizes[size][rate][1] for size in SIZES]
            axes[place].errorbar(SIZES, means, yerr=errors, marker="o", capsize=3, label=name)
        axes[place].set(
            title=f"Stated {rate:.0%}", xlabel="images in the history", ylabel="false alarms, %",
            ylim=(0, 160 * rate), xticks=SIZES,
        )  # fmt: skip
    axes[-1].legend()
    return svg(drawn)


def _camvid() -> list[str]:
    """Return what the drives of CamVid say: frames that are neither independent nor alike."""
    if not _CAMVID.is_dir():
        return []
    ontology = Ontology(
        tuple(LabelClass(name, i, (i, 20 * i, 255 - i)) for i, name in enumerate(_NAMES)), (11,)
    )
    past, present = (_camvid_counts(ontology, part) for part in ("trainannot", "valannot"))
    road, pavement = _NAMES.index("road"), _NAMES.index("pavement")
    exchanged = present.copy()
    exchanged[:, [road, pavement]] = present[:, [pavement, road]]
    half = np.arange(len(past)) % 2 == 0
    rows = (
        ("second half of the same drives", past[half], past[~half]),
        ("another drive", past, present),
        ("another drive, road and pavement exchanged", past, exchanged),
    )
    listed = []
    for name, history, images in rows:
        chances = strangeness(history, images, least_share=0.001)
        cells = (
            f"{(chances <= rate).mean():.1%}" if rate * (len(history) + 1) >= 1 else "too short"
            for rate in RATES
        )
        listed.append((name, len(history), len(images), *cells))
    titles = ["CamVid", "History", "Images", *(f"Found at {rate:.0%}" for rate in RATES)]
    return ["## On real drives", _DRIVES, table(titles, listed)]


def _camvid_counts(ontology: Ontology, part: str) -> Counts:
    from assay.formats import open_delivery

    maps = [item.reading.label_map for item in open_delivery(_CAMVID / part, ontology)]
    return np.stack([m.counts(ontology.size)[1 : ontology.first_void] for m in maps if m])


_INTRODUCTION = """\
The rule [`class-mixture`](../reference/findings.md#class-mixture) names images whose mixture of
classes is stranger than nearly all of a history, at a stated rate of false alarms. Here new images
come from where the history came from, so every one that is named is a false alarm:
{repetitions} histories for each row, {new} new images each. "Ordinary" mixtures vary smoothly,
"heavy-tailed" ones have many odd images, "two kinds" is a project of two sorts of place. A rare
class is absent from 60 % of images in all of them."""

_READING = """\
The rate is kept in every kind of project, without any assumption on the distribution. It is a
little below the stated one where the history is short: images of the history are scored by a fit
to nine tenths of it, which knows them a little less well than the fit to all of it knows a new
image."""

_FOUND = """\
The same ordinary project with a history of 199 images, {repetitions} times {new} images, each
spoilt in one way."""

_DRIVES = """\
Frames of a drive are neither independent nor a sample of all streets: a history of one drive finds
another drive strange. That is what the rule is asked for, and its limit: give it a history of many
places before you take its rate at its word."""
