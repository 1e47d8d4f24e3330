"""How metrics are headed, taken from their own specs."""

from assay.errors import UnknownNameError
from assay.metrics.measure import Metric
from assay.metrics.registry import METRICS

# How a metric is written whose package is not installed here.
_ABBREVIATIONS = {"iou": "IoU", "f": "F", "hd95": "HD95"}


def title(name: str) -> str:
    """Return the heading of a metric; of an unknown one, its name in words.

    Examples
    --------
    >>> title("mean_iou"), title("house_iou")
    ('Mean IoU', 'House IoU')
    """
    metric = _find(name)
    if metric is not None:
        return metric.title
    words = [_ABBREVIATIONS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def higher_is_better(name: str) -> bool:
    """Return whether more is better, as it is unless the metric's spec denies it."""
    metric = _find(name)
    return metric is None or metric.higher_is_better


def _find(name: str) -> Metric | None:
    try:
        return METRICS.get(name)
    except UnknownNameError:
        return None
