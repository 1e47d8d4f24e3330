"""Counts of many images, summed up into a report of agreement."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

import assay
from assay.assess.agreement_counts import Sight
from assay.assess.agreement_tally import Counted, Tally
from assay.assess.panel import Panel
from assay.metrics.agreement import VALUE_COLUMNS, krippendorff_alpha
from assay.metrics.agreement_statistics import IOU, STATISTICS
from assay.metrics.clustering import Tree, cluster
from assay.metrics.distance import DistanceMatrix
from assay.metrics.intervals import Estimate
from assay.metrics.overlap import mean_of_known
from assay.metrics.pairwise import estimate_mean, estimate_pair, estimate_standing
from assay.report import Score
from assay.report.agreement import (
    AgreementPlan,
    AgreementReport,
    AnnotatorAgreement,
    ClassAgreement,
    ItemAgreement,
    PairAgreement,
    Scores,
    StratumAgreement,
)

_UNKNOWN = Score(math.nan)


def summarise_agreement(
    panel: Panel,
    plan: AgreementPlan,
    distance: DistanceMatrix,
    sights: Iterable[Sight],
    strata: Mapping[str, str],
) -> AgreementReport:
    """Sum up what every image tells, taken one at a time in the order of the panel's keys."""
    statistics = tuple(s for s in STATISTICS if plan.outlines or s.made_of != "outlines")
    tally = Tally(panel)
    for sight in sights:
        tally.add(sight)
    counted = tally.counted(plan, distance, statistics)
    groups = tuple(strata.get(sight.key, "") for sight in tally.compared)
    pairs = _pairs(counted)
    return AgreementReport(
        ontology=panel.ontology,
        plan=plan,
        distance=distance,
        scores=_overall(counted),
        annotators=_annotators(counted, tally),
        pairs=pairs,
        tree=_tree(pairs, len(panel.names)),
        classes=_classes(counted),
        coincidences=tally.coincidences,
        items=tuple(_item(sight, strata.get(sight.key, ""), counted) for sight in tally.sights),
        strata=_strata(counted, groups),
        findings=(
            *((found.name, finding) for found in panel.deliveries for finding in found.findings),
            *tally.missing(),
            *tally.findings,
        ),
        version=assay.__version__,
    )


def _overall(counted: Counted) -> Scores:
    if not counted.images:
        return MappingProxyType({statistic.name: _UNKNOWN for statistic in counted.statistics})
    return MappingProxyType(
        {statistic.name: _score(counted.estimate(statistic)) for statistic in counted.statistics}
    )


def _strata(counted: Counted, groups: tuple[str, ...]) -> tuple[StratumAgreement, ...]:
    found = []
    for name in sorted(set(groups) - {""}):
        part = counted.on(np.array([group == name for group in groups]))
        found.append(StratumAgreement(name, part.images, _overall(part)))
    return tuple(found)


def _classes(counted: Counted) -> tuple[ClassAgreement, ...]:
    classes = counted.panel.ontology.classes
    if not counted.images:
        nothing = _overall(counted)
        return tuple(ClassAgreement(label, math.nan, nothing) for label in classes)
    found = {s.name: counted.estimate(s, by_class=True) for s in counted.statistics}
    said = counted.values[..., VALUE_COLUMNS.index("said")].sum(axis=0)
    return tuple(
        ClassAgreement(
            label,
            float(said[place + 1] / said.sum()) if said.sum() else math.nan,
            MappingProxyType({name: _score(score, place) for name, score in found.items()}),
        )
        for place, label in enumerate(classes)
    )


def _pairs(counted: Counted) -> tuple[PairAgreement, ...]:
    of_pairs = [statistic for statistic in counted.statistics if statistic.made_of != "values"]
    found = []
    for place, pair in enumerate(counted.overlaps):
        scores = {
            statistic.name: _score(
                estimate_pair(
                    counted.series(statistic)[place],
                    counted.scored(statistic),
                    confidence=counted.plan.confidence,
                    scale=statistic.scale,
                )
            )
            if pair.images.size
            else _UNKNOWN
            for statistic in of_pairs
        }
        ious = IOU.by_class(pair.counts.sum(axis=0), counted.distance)
        found.append(
            PairAgreement(
                pair.first,
                pair.second,
                pair.images.size,
                MappingProxyType(scores),
                tuple(float(value) for value in ious),
            )
        )
    return tuple(found)


def _annotators(counted: Counted, tally: Tally) -> tuple[AnnotatorAgreement, ...]:
    number = len(counted.panel.names)
    # All annotators are looked at, so an interval must hold for all of them at once.
    confidence = 1 - (1 - counted.plan.confidence) / number
    score = counted.scored(IOU)
    found = []
    for place, name in enumerate(counted.panel.names):
        own = [pair for pair in counted.overlaps if place in (pair.first, pair.second)]
        mean = estimate_mean(own, score, images=counted.images, confidence=counted.plan.confidence)
        standing = estimate_standing(
            counted.overlaps, place, score, images=counted.images, confidence=confidence
        )
        found.append(
            AnnotatorAgreement(
                name,
                tally.images[place],
                _score(mean),
                _score(standing),
                float(krippendorff_alpha(tally.without[place], counted.distance)),
                bool(standing.high < 0 and standing.value <= -counted.plan.apart_by),
                tally.hashes[place].hexdigest(),
            )
        )
    return tuple(found)


def _tree(pairs: tuple[PairAgreement, ...], number: int) -> Tree:
    distances = np.zeros((number, number))
    for pair in pairs:
        apart = 1 - pair.scores[IOU.name].value
        distances[pair.first, pair.second] = distances[pair.second, pair.first] = apart
    return cluster(distances)


def _item(sight: Sight, stratum: str, counted: Counted) -> ItemAgreement:
    scores: dict[str, float] = {}
    if sight.counts is not None:
        parts = {
            "values": sight.counts.values,
            "overlaps": sight.counts.overlaps,
            "outlines": sight.counts.outlines,
        }
        for statistic in counted.statistics:
            score = statistic.overall(parts[statistic.made_of], counted.distance)
            # Of pairs there is one score each; the image has their mean.
            scores[statistic.name] = float(mean_of_known(np.atleast_1d(score)))
    return ItemAgreement(
        sight.key, stratum, *sight.shape, len(sight.present), MappingProxyType(scores)
    )


def _score(found: Estimate, place: int | None = None) -> Score:
    """Return one number of an estimate with its interval."""
    parts = (found.value, found.low, found.high)
    return Score(*(float(part if place is None else part[place]) for part in parts))
