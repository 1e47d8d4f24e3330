"""Agreement of five annotators from dense maps in hand: alpha and kappa."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import LabelMap, Ontology
from assay.metrics.agreement import (
    count_coincidences,
    count_values,
    fleiss_kappa,
    krippendorff_alpha,
)
from assay.metrics.distance import NOMINAL
from assay.metrics.pairwise import count_overlaps
from assay.metrics.patterns import count_patterns
from benchmarks import peers, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

Dense = NDArray[np.uint8]
Sides = dict[str, Callable[[], float]]

RATERS = 5
#: Parts of the image that the package krippendorff gets one after the other: it needs 3 kB a pixel.
PARTS = 32

KRIPPENDORFF = "krippendorff"
FLEISS = "statsmodels, table and kappa"
TARGETS = {KRIPPENDORFF: 1000.0, FLEISS: 300.0}


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Time alpha, kappa and everything that ``assay agree`` counts of overlaps."""
    maps = panel_of(pairs[0])
    own = scenes.ontology()
    missing: list[str] = []
    comparisons: list[Comparison] = []
    for task, sides in (("alpha", _alphas(maps, own)), ("kappa", _kappas(maps, own))):
        _check(sides)
        # A peer's turn takes from 1 s to a minute; the ratios are so large that few will do.
        times = interleave(sides, rounds=min(rounds, 3), units=1)
        comparisons += [
            Comparison.of(times, task, peer, target=TARGETS.get(peer))
            for peer in sides
            if peer != "assay"
        ]
        missing += [f"{name}: not installed" for name in _expected(task) if name not in sides]
    return Section(
        "Agreement of five annotators, dense maps in hand",
        f"One image of 2048×1024 px, {own.first_void} values, {RATERS} annotators; one thread; "
        "uint8 arrays on both sides, so Assay's time holds making runs of them. "
        "The package krippendorff needs more memory than a machine has for a whole image, so it "
        f"gets every {PARTS}nd pixel at a time, and its times are summed. "
        "statsmodels' time holds making its table of counts from the maps; *kappa alone* leaves "
        "that out, though Assay still starts from the maps.",
        tuple(comparisons),
        missing=tuple(missing),
        closing=_closing(maps, own),
    )


def panel_of(scene: Scene, *, raters: int = RATERS, seed: int = 5) -> list[Dense]:
    """Return dense maps, as indexes, of one street scene by several annotators."""
    own = scenes.ontology()
    lookup = np.zeros(256, np.uint8)
    lookup[own.ids[1:]] = np.arange(1, own.size)
    truth = scenes.without_void(scene).reference
    return [
        lookup[scenes.jittered(truth, np.random.default_rng([seed, place]))]
        for place in range(raters)
    ]


def _closing(maps: list[Dense], own: Ontology) -> str:
    sides: dict[str, Callable[[], object]] = {
        "runs": lambda: [LabelMap.from_dense(dense) for dense in maps],
        "all": lambda: _everything(maps, own),
    }
    times = interleave(sides, rounds=5, units=1)
    return (
        f"Making the runs takes {1e3 * times.median('runs'):.2f} ms of that; runs, patterns, alpha "
        f"and kappa of all values and the overlaps of all ten pairs together take "
        f"{1e3 * times.median('all'):.2f} ms."
    )


def _everything(maps: list[Dense], own: Ontology) -> object:
    patterns = count_patterns([[LabelMap.from_dense(dense) for dense in maps]])
    counts = count_values(count_coincidences(patterns, own), own, NOMINAL.matrix(own))
    return krippendorff_alpha(counts, NOMINAL.matrix(own)), count_overlaps(patterns, own)


def _counts(maps: list[Dense], own: Ontology) -> NDArray[np.float64]:
    patterns = count_patterns([[LabelMap.from_dense(dense) for dense in maps]])
    return count_values(count_coincidences(patterns, own), own, NOMINAL.matrix(own))


def _alpha(maps: list[Dense], own: Ontology) -> float:
    return float(krippendorff_alpha(_counts(maps, own), NOMINAL.matrix(own)))


def _alphas(maps: list[Dense], own: Ontology) -> Sides:
    sides: Sides = {"assay": partial(_alpha, maps, own)}
    package = peers.optional("krippendorff")
    if package is not None:
        sides[KRIPPENDORFF] = partial(_krippendorff, package, maps)
    return sides


def _krippendorff(package: Any, maps: list[Dense]) -> float:
    """Return the alpha of the first part; every part is computed."""
    found = [
        package.alpha(reliability_data=np.stack(part), level_of_measurement="nominal")
        for part in _parts(maps)
    ]
    return float(found[0])


def _parts(maps: list[Dense]) -> Iterator[list[Dense]]:
    for first in range(PARTS):
        yield [np.ascontiguousarray(dense.ravel()[first::PARTS]) for dense in maps]


def _kappas(maps: list[Dense], own: Ontology) -> Sides:
    sides: Sides = {"assay": lambda: float(fleiss_kappa(_counts(maps, own)))}
    package = peers.optional("statsmodels.stats.inter_rater")
    if package is not None:
        votes = np.stack([dense.ravel() for dense in maps], axis=1)
        table, _ = package.aggregate_raters(votes)
        sides[FLEISS] = lambda: float(package.fleiss_kappa(package.aggregate_raters(votes)[0]))
        sides["statsmodels, kappa alone"] = lambda: float(package.fleiss_kappa(table))
    return sides


def _expected(task: str) -> tuple[str, ...]:
    return (KRIPPENDORFF,) if task == "alpha" else (FLEISS,)


def _check(sides: Sides) -> None:
    """Compare answers before anything is timed; krippendorff's is of its first part."""
    ours = sides["assay"]()
    for peer, side in sides.items():
        if peer == KRIPPENDORFF:
            own = scenes.ontology()
            maps = side.args[1]  # type: ignore[attr-defined]  # a partial function of the maps
            ours = _alpha([part[np.newaxis] for part in next(_parts(maps))], own)
        if not np.isclose(ours, side(), rtol=0, atol=1e-9):
            raise AssertionError(f"Assay and {peer} differ: {ours} and {side()}")
