"""Consensus of five annotators."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import LabelMap
from assay.consensus.ballots import cast_ballots, one_against_rest
from assay.consensus.fusing import FusionPlan, fuse_patterns
from assay.consensus.staple import fuse_by_staple
from assay.metrics.patterns import PatternMap, VotePatterns, count_patterns, locate_patterns
from benchmarks import peers, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

ANNOTATORS = 5
TARGET = 500.0
STAPLE = "SimpleITK STAPLE"
MULTI = "SimpleITK MultiLabelSTAPLE"
#: The peer takes half a minute a turn.
_MOST_ROUNDS = 5

ONTOLOGY = scenes.ontology()

Panel = list[scenes.Dense]


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Fuse five dense maps of one image; ours includes making runs of them."""
    sitk = peers.optional("SimpleITK")
    panel = _panel(pairs[0])
    sides: dict[str, Any] = {
        "assay": lambda: _staple_of_each_class(panel),
        "staple": lambda: _fused(panel, "staple"),
        "dawid-skene": lambda: _fused(panel, "dawid-skene"),
        "majority": lambda: _fused(panel, "majority"),
    }
    missing = []
    if sitk is None:
        missing.append("SimpleITK: not installed")
    else:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
        _check(sitk, panel)
        images = [sitk.GetImageFromArray(one) for one in panel]
        sides[STAPLE] = lambda: _theirs(sitk, panel)
        sides[MULTI] = lambda: sitk.MultiLabelSTAPLE(images)
        sides["SimpleITK LabelVoting"] = lambda: sitk.LabelVoting(images)
    times = interleave(sides, rounds=min(rounds, _MOST_ROUNDS), units=1)
    patterns = count_patterns([_encoded(panel)])
    comparisons: tuple[Comparison, ...] = ()
    if sitk is not None:
        comparisons = (
            Comparison.of(times, "STAPLE of every class", STAPLE, target=TARGET),
            Comparison.of(times, "`staple`, all classes at once", MULTI, side="staple"),
            Comparison.of(times, "`dawid-skene`, the default", STAPLE, side="dawid-skene"),
            Comparison.of(times, "`dawid-skene`, the default", MULTI, side="dawid-skene"),
            Comparison.of(times, "`majority`", "SimpleITK LabelVoting", side="majority"),
        )
    return Section(
        "Consensus",
        f"{ANNOTATORS} maps of one image of 2048×1024 px with {len(ONTOLOGY.classes)} classes, "
        f"dense and in memory; {len(patterns.counts):,} vote patterns; one thread. Assay's time "
        "is everything from the dense maps to the result: runs are made of them, patterns "
        "counted, the estimate run until it rests, the answer painted. "
        "*STAPLE of every class* is the binary filter once a class on both sides, with chances "
        f"equal to 1e-6, and each pixel's chance of every class known; {STAPLE} gets each class's "
        "masks ready made. The other rows are whole fused maps; those of `dawid-skene` beside a "
        "peer are another model at the same task.",
        comparisons,
        missing=tuple(missing),
    )


def _panel(pair: Scene) -> Panel:
    """Return five annotators of one scene, as indexes of the ontology."""
    truth = scenes.without_void(pair).reference
    lookup = np.zeros(256, np.uint8)
    ids = ONTOLOGY.ids
    lookup[ids[1:]] = np.arange(1, ids.size)
    rng = np.random.default_rng(5)
    return [lookup[scenes.jittered(truth, rng)] for _ in range(ANNOTATORS)]


def _encoded(panel: Panel) -> list[LabelMap]:
    return [LabelMap.from_dense(one) for one in panel]


def _fused(panel: Panel, method: str) -> LabelMap:
    maps = _encoded(panel)
    consensus = fuse_patterns(count_patterns([maps]), ONTOLOGY, FusionPlan(method))
    return consensus.paint(consensus.locate(maps))


def _staple_of_each_class(
    panel: Panel,
) -> tuple[PatternMap, VotePatterns, NDArray[np.float64], NDArray[np.uint16]]:
    """Return where patterns lie, and each pattern's chance of every class by binary STAPLE."""
    maps = _encoded(panel)
    patterns = count_patterns([maps])
    ballots = cast_ballots(patterns, ONTOLOGY)
    chances = np.empty((len(patterns.counts), ballots.symbols.size))
    for symbol in range(ballots.symbols.size):
        two, of_pattern = one_against_rest(ballots, symbol)
        chances[:, symbol] = fuse_by_staple(two).posterior[of_pattern, 1]
    where = locate_patterns(maps, patterns)
    where.paint(ballots.symbols[chances.argmax(axis=1)])
    return where, patterns, chances, ballots.symbols


def _theirs(sitk: Any, panel: Panel) -> list[NDArray[np.float64]]:
    classes = np.unique(panel[0])
    return [
        sitk.GetArrayFromImage(
            sitk.STAPLE([sitk.GetImageFromArray((one == index).view(np.uint8)) for one in panel])
        )
        for index in classes
    ]


def _check(sitk: Any, panel: Panel) -> None:
    """Both must give every pixel the same chance of every class."""
    where, _, chances, symbols = _staple_of_each_class(panel)
    lengths = np.diff(where.ends, prepend=np.uint32(0)).astype(np.int64)
    of_pixel = np.repeat(where.of_stretch, lengths).reshape(panel[0].shape)
    for index, theirs in zip(np.unique(panel[0]), _theirs(sitk, panel), strict=True):
        ours = chances[of_pixel, int(np.searchsorted(symbols, index))]
        apart = float(np.abs(ours - theirs).max())
        if apart > 1e-6:
            raise AssertionError(f"Class {index}: chances differ from {STAPLE}'s by {apart:g}")
