"""The measures and metrics that Assay knows."""

from assay.metrics import anatomy, boundary, overlap, severe
from assay.metrics.measure import Measure, Metric
from assay.plugins import Registry


def _measures() -> tuple[Measure, ...]:
    return (*overlap.MEASURES, *boundary.MEASURES, *severe.MEASURES, *anatomy.MEASURES)


def _metrics() -> tuple[Metric, ...]:
    return (*overlap.METRICS, *boundary.METRICS, *severe.METRICS)


#: What can be counted of a pair of maps.
MEASURES: Registry[Measure] = Registry("measure", "assay.measures", _measures)

#: Scores that are made of counts.
METRICS: Registry[Metric] = Registry("metric", "assay.metrics", _metrics)
