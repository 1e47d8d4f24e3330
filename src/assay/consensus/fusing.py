"""From vote patterns to one map: the plan, and everything that is decided once for all images."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.consensus.ballots import Ballots, Voting, cast_ballots
from assay.consensus.deciding import CLEAR, Decision, Ties, decide
from assay.consensus.guard import UNSETTLED, find_inversions
from assay.consensus.method import Opinion
from assay.consensus.registry import FUSION_METHODS
from assay.consensus.voting import MAJORITY, fuse_by_majority, others_majority
from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.metrics.patterns import PatternMap, VotePatterns, count_patterns, locate_patterns

#: The value that stands for full uncertainty, 1.0, in an uncertainty map.
FULLY_UNCERTAIN = 255


@dataclass(frozen=True)
class FusionPlan:
    """Every choice that shapes a fused map.

    Parameters
    ----------
    method
        Name of a fusion method.
    parameters
        Its settings; its defaults when None.
    neighbours
        Whether contested pixels ask the 3×3 pixels around them; None for what the method does.
    ties
        What becomes of ties.
    unlabelled, void
        Whether such a pixel is a vote, or its annotator abstains.
    guard
        Whether an estimate that is upside down is replaced by a majority.
    contested_from
        Uncertainty from which a pixel counts as contested, between 0 and 1.
    contested_width_px
        A contested region is listed where it holds a square of this side: thinner ones are the
        usual differences at edges.
    contested_px
        Smallest area of a contested region that is listed, in pixels.
    contested_regions
        How many contested regions are listed, worst first.
    confidence
        Level of intervals.

    Raises
    ------
    ParameterError
        When a value is out of range, or the parameters belong to another method.
    """

    method: str = "dawid-skene"
    parameters: Any = None
    neighbours: bool | None = None
    ties: Ties = "skill"
    unlabelled: Voting = "vote"
    void: Voting = "vote"
    guard: bool = True
    contested_from: float = 0.25
    contested_width_px: int = 3
    contested_px: int = 50
    contested_regions: int = 100
    confidence: float = 0.95

    def __post_init__(self) -> None:
        kind = FUSION_METHODS.get(self.method).parameters
        if self.parameters is None:
            object.__setattr__(self, "parameters", kind())
        if not isinstance(self.parameters, kind):
            raise ParameterError(
                f"{self.method} takes {kind.__name__}, not {type(self.parameters).__name__}."
            )
        if self.ties not in ("skill", "unlabelled", "void"):
            raise ParameterError(f"ties is {self.ties!r}; give skill, unlabelled or void.")
        for name in ("unlabelled", "void"):
            if getattr(self, name) not in ("vote", "abstain"):
                raise ParameterError(f"{name} is {getattr(self, name)!r}; give vote or abstain.")
        if not 0 < self.contested_from < 1 or not 0 < self.confidence < 1:
            raise ParameterError(
                f"contested_from is {self.contested_from}, confidence {self.confidence}; give "
                "numbers between 0 and 1."
            )
        if min(self.contested_width_px, self.contested_px) < 1 or self.contested_regions < 0:
            raise ParameterError(
                f"contested_width_px is {self.contested_width_px}, contested_px "
                f"{self.contested_px}, contested_regions {self.contested_regions}; give at least "
                "1, 1 and 0."
            )


@dataclass(frozen=True, eq=False)
class Consensus:
    """What the annotators say together, for all images at once; paint an image with it.

    Parameters
    ----------
    plan
        How it was made.
    method
        Name of the method that was used in the end: the plan's, or a majority after a warning.
    patterns, ballots
        The votes.
    opinion
        What the method makes of them.
    decision
        What each pattern becomes.
    neighbours
        Whether contested pixels ask their neighbours.
    findings
        Why the plan's method was not used, and what else to know.
    """

    plan: FusionPlan
    method: str
    patterns: VotePatterns
    ballots: Ballots
    opinion: Opinion
    decision: Decision
    neighbours: bool
    findings: tuple[Finding, ...] = ()

    @cached_property
    def others(self) -> NDArray[np.int16]:
        """What most of the others say, per pattern and annotator; -1 where they are tied."""
        return others_majority(self.ballots)

    @cached_property
    def levels(self) -> NDArray[np.uint16]:
        """Uncertainty of each pattern in steps of 1/255."""
        scaled = np.rint(FULLY_UNCERTAIN * self.decision.uncertainty)
        return scaled.astype(np.uint16)

    def prepare(self) -> None:
        """Work out now what every image needs, so that workers inherit it."""
        for name in ("others", "levels", "_asking", "_candidates"):
            getattr(self, name)
        if self.neighbours:
            tiny = LabelMap.filled(1, 1, int(self.patterns.votes[0, 0]))
            self.paint(PatternMap(1, 1, tiny.ends, np.zeros(1, np.int32)))

    def locate(self, maps: Sequence[LabelMap]) -> PatternMap:
        """Find the patterns of one of the images that they were counted over."""
        return locate_patterns(maps, self.patterns)

    def paint(self, where: PatternMap) -> LabelMap:
        """Return the fused map of an image."""
        if not self.neighbours:
            return where.paint(self.decision.labels)
        lengths = np.diff(where.ends, prepend=np.uint32(0)).astype(np.int64)
        asking = self._asking
        room = where.ends.size + int(lengths[asking[where.of_stretch]].sum())
        ends, values = np.empty(room, np.uint32), np.empty(room, np.uint16)
        count = kernels.consensus.ask_neighbours(
            where.ends, where.of_stretch, where.height, where.width, asking, *self._candidates,
            self.opinion.posterior, self.ballots.symbols, self.decision.labels, ends, values,
        )  # fmt: skip
        return LabelMap.from_runs(where.height, where.width, ends[:count], values[:count])

    def paint_uncertainty(self, where: PatternMap) -> LabelMap:
        """Return the uncertainty of each pixel in steps of 1/255, as votes at the pixel say."""
        return where.paint(self.levels)

    @cached_property
    def _candidates(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each pattern's symbols begin in the list of symbols voted for, and that list."""
        patterns, symbols = np.nonzero(self.ballots.tally)
        first = np.searchsorted(patterns, np.arange(len(self.ballots.counts) + 1))
        return first.astype(np.int64), symbols.astype(np.int64)

    @cached_property
    def _asking(self) -> NDArray[np.bool_]:
        """Patterns whose pixels ask their neighbours: contested ones, but no ties."""
        return np.asarray(self.ballots.contested & (self.decision.tie == CLEAR))


def fuse_patterns(
    patterns: VotePatterns,
    ontology: Ontology,
    plan: FusionPlan = FusionPlan(),
    *,
    names: Sequence[str] = (),
) -> Consensus:
    """Decide what every vote pattern stands for.

    Parameters
    ----------
    patterns
        Counted over all images, so that skill is pooled across them.
    ontology
        Whose indexes the votes are.
    plan
        How to fuse.
    names
        Of the annotators, for messages.

    Examples
    --------
    >>> from assay import LabelClass
    >>> road = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> rows = [[1, 1, 0, 0]], [[1, 1, 1, 0]], [[1, 0, 0, 0]]
    >>> maps = [LabelMap.from_dense(row) for row in rows]
    >>> consensus = fuse_patterns(count_patterns([maps]), road, FusionPlan("majority"))
    >>> consensus.paint(consensus.locate(maps)).to_dense().tolist()
    [[1, 1, 0, 0]]
    """
    ballots = cast_ballots(patterns, ontology, unlabelled=plan.unlabelled, void=plan.void)
    called = tuple(names) or tuple(f"annotator {n}" for n in range(1, ballots.annotators + 1))
    method = FUSION_METHODS.get(plan.method)
    opinion = (
        method.fuse(ballots, plan.parameters) if ballots.symbols.size else fuse_by_majority(ballots)
    )
    findings: tuple[Finding, ...] = () if opinion.settled else (_unsettled(opinion),)
    if plan.guard and opinion.rounds:
        classes = [name_of(int(index), ontology) for index in ballots.symbols]
        inversions = find_inversions(ballots, opinion, called, classes)
        if inversions:
            findings += inversions
            method, opinion = MAJORITY, fuse_by_majority(ballots)
    decision = decide(ballots, opinion, ontology, ties=plan.ties, raw_votes=patterns.votes)
    neighbours = method.hears_neighbours if plan.neighbours is None else plan.neighbours
    return Consensus(plan, method.name, patterns, ballots, opinion, decision, neighbours, findings)


def fuse_maps(
    maps: Sequence[LabelMap],
    ontology: Ontology,
    plan: FusionPlan = FusionPlan(),
) -> LabelMap:
    """Return the fused map of one image; for several images pool their patterns instead.

    Examples
    --------
    >>> from assay import LabelClass
    >>> road = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> maps = [LabelMap.from_dense([row]) for row in ([1, 1, 0], [1, 1, 1], [1, 0, 0])]
    >>> fuse_maps(maps, road, FusionPlan("majority")).to_dense().tolist()
    [[1, 1, 0]]
    """
    consensus = fuse_patterns(count_patterns([maps]), ontology, plan)
    return consensus.paint(consensus.locate(maps))


def name_of(index: int, ontology: Ontology) -> str:
    """Return what an index is called: a class, unlabelled, or void with its id."""
    if index == 0:
        return "unlabelled"
    if index < ontology.first_void:
        return ontology.names[index - 1]
    return f"void {int(ontology.ids[index])}"


def _unsettled(opinion: Opinion) -> Finding:
    return Finding(
        UNSETTLED.name,
        Severity.WARNING,
        "",
        f"The estimate still moved after {opinion.rounds} steps.",
        "Raise the rounds of the method, for example --set rounds=5000.",
    )
