"""Populations of images with the counts of several annotators, from which pilots are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology
from assay.delivery import Delivery
from assay.metrics import Pair
from assay.metrics.registry import MEASURES
from assay.simulate.annotator import Annotator
from assay.simulate.faults import GrowingLaziness
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.vendors import DEFAULT_VENDORS
from studies import bu_bil

Counts = NDArray[np.int64]

SEED = 20260101

#: Shares of images that hold each class of a made-up population, and how its areas lie.
PRESENT = np.array([1, 0.95, 0.85, 0.7, 0.5, 0.35])
_LOG_AREA = np.array([11, 10.5, 10, 9, 8, 7.5])
_HARDNESS = np.array([-1, -0.5, 0, 0.3, 0.6, 0.8])
_LOST = np.array([0, 0, 0.005, 0.02, 0.05, 0.07])

MADE_UP = Ontology(
    tuple(
        LabelClass(f"class {place}", place, (place, place, place), weight=float(weight))
        for place, weight in enumerate((1, 1, 1, 2, 5, 5), 1)
    )
)


@dataclass(frozen=True, eq=False)
class Population:
    """Overlap counts of annotators on every image.

    Parameters
    ----------
    name
        What the images are.
    ontology
        Their classes.
    annotators
        By name, int64 of shape (images, classes, 3).
    pairs
        Which annotators are compared.
    """

    name: str
    ontology: Ontology
    annotators: dict[str, Counts]
    pairs: tuple[tuple[str, str], ...]

    @property
    def images(self) -> int:
        """Number of images."""
        return len(next(iter(self.annotators.values())))


def made_up(name: str, spread: float, *, images: int = 40_000) -> Population:
    """Make counts up that are hard in the ways of real ones, with sizes spread in logarithms.

    Classes of very different size, the rarest in a third of the images; images that are hard for
    both annotators; objects lost as a whole, more often in rare classes.
    """
    rng = np.random.default_rng(SEED)
    shape = (images, PRESENT.size)
    area = np.exp(rng.normal(_LOG_AREA, spread, shape)) * (rng.random(shape) < PRESENT)
    reference = np.rint(area).astype(np.int64)
    hard = rng.normal(0, 0.5, (images, 1)) + _HARDNESS
    first, second = (
        _work(rng, reference, hard, *habits) for habits in ((-2.6, 0.6, 1.0), (-2.4, 0.7, 1.3))
    )
    return Population(name, MADE_UP, {"first": first, "second": second}, (("first", "second"),))


def _work(
    rng: np.random.Generator,
    reference: Counts,
    hard: NDArray[np.float64],
    level: float,
    scatter: float,
    losses: float,
) -> Counts:
    own = rng.normal(0, 0.3, (len(reference), 1))
    missing = 1 / (1 + np.exp(-(level + hard + own + rng.normal(0, scatter, reference.shape))))
    missing[rng.random(reference.shape) < losses * _LOST] = 1
    both = np.rint(reference * (1 - missing)).astype(np.int64)
    extra = np.exp(level + hard + rng.normal(0, 0.2, reference.shape))
    candidate = both + np.rint(extra * reference).astype(np.int64)
    return np.stack([both, reference, candidate], axis=-1)


def street_vendors(*, images: int = 1500) -> Population:
    """Let the demo's three vendors label simulated scenes of 128 by 256 pixels.

    Their fault that grows from image to image is left out: a population stands still.
    """
    vendors = {entry.vendor.name: steady(entry.annotator) for entry in DEFAULT_VENDORS}
    task = partial(_street_counts, tuple(vendors.values()))
    with Pool(2) as pool:
        counts = np.array(pool.map(task, range(images), chunksize=20))
    works = {name: counts[:, place] for place, name in enumerate(vendors)}
    return Population("simulated streets", STREET, works, tuple(combinations(vendors, 2)))


def steady(annotator: Annotator) -> Annotator:
    """Return an annotator without the fault that grows from image to image."""
    kept = tuple(fault for fault in annotator.faults if not isinstance(fault, GrowingLaziness))
    return replace(annotator, faults=kept)


def _street_counts(annotators: Sequence[Annotator], index: int) -> Counts:
    truth = draw_scene(128, 256, seed=77, index=index).truth
    return np.array([_counts(truth, a.annotate(truth, index, STREET), STREET) for a in annotators])


def camvid_vendors(data: Path) -> Population:
    """Let two simulated annotators label the real street maps of CamVid."""
    names = (
        "Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car",
        "Pedestrian", "Bicyclist",
    )  # fmt: skip
    classes = tuple(LabelClass(n, i, (i, i, i)) for i, n in enumerate(names))
    ontology = Ontology(classes, void_ids=(11,))
    # Faults of shape alone: swaps name classes that these maps lack.
    annotators = {
        "careful": steady(DEFAULT_VENDORS[1].annotator),
        "careless": steady(DEFAULT_VENDORS[0].annotator),
    }
    works: dict[str, list[Counts]] = {name: [] for name in annotators}
    for index, truth in enumerate(_camvid_maps(data / "camvid", ontology)):
        for name, annotator in annotators.items():
            works[name].append(_counts(truth, annotator.annotate(truth, index, ontology), ontology))
    stacked = {name: np.array(counts) for name, counts in works.items()}
    pairs = tuple(combinations(annotators, 2))
    return Population("CamVid, simulated annotators", ontology, stacked, pairs)


def _camvid_maps(folder: Path, ontology: Ontology) -> Iterator[LabelMap]:
    # Neighbouring frames of the clip are nearly one image, so every tenth serves.
    clip = sorted((folder / "valannot").glob("*.png"))
    for path in (*sorted((folder / "trainannot").glob("*.png")), *clip[::10]):
        with Image.open(path) as image:
            yield LabelMap.from_dense(np.asarray(image)).relabel(ontology.lookup(256))


def bu_bil_workers(data: Path, data_set: int) -> Population:
    """Return the seven crowd workers of BU-BIL against its gold."""
    folder = next((data / "bu_bil").glob(f"*{data_set}"))
    cases = list(bu_bil.cases(folder, data_set))
    gold = bu_bil.gold(cases)
    works = {
        worker.name: np.array(
            [_counts(known(gold, key), known(worker, key), bu_bil.ONTOLOGY) for key in gold.keys]
        )
        for worker in (bu_bil.worker(folder, cases, number) for number in range(1, 8))
    }
    title = f"BU-BIL {data_set}, crowd workers"
    return Population(title, bu_bil.ONTOLOGY, works, tuple(combinations(works, 2)))


def known(delivery: Delivery, key: str) -> LabelMap:
    """Return a map of a delivery that is known to hold it."""
    found = delivery.read(key).label_map
    assert found is not None  # noqa: S101 - made by the adapter itself
    return found


def _counts(truth: LabelMap, candidate: LabelMap, ontology: Ontology) -> Counts:
    overlap = MEASURES.get("overlap")
    counts: Counts = overlap.count(Pair(truth, candidate, ontology), overlap.parameters())
    return counts
