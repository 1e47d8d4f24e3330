"""How far two maps agree, and how sure we are.

A **measure** counts pixels or objects of one pair of maps, per class; its counts add up over
images.  A **metric** turns summed counts into a score.  Intervals resample images, so a metric
works on counts with any number of leading axes.
"""

from assay.metrics.confusion import Confusion
from assay.metrics.measure import Measure, Metric
from assay.metrics.pair import Pair

__all__ = ["Confusion", "Measure", "Metric", "Pair"]
