"""Faults that are whole regions of the map."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.validation.faults import NONE, Faults
from assay.validation.subject import Subject


def region_faults(
    subject: Subject,
    chosen: NDArray[np.bool_],
    *,
    rule: str,
    severity: Severity,
    message: Callable[[int], str],
    remedy: str,
) -> Faults:
    """Return one fault for each chosen region, the largest first.

    Parameters
    ----------
    subject
        The item.
    chosen
        bool, shape (regions,).
    rule, severity, remedy
        Of every finding.
    message
        ``message(region)`` says what is wrong with a region, with values.
    """
    places = np.flatnonzero(chosen)
    if not places.size:
        return NONE
    worst = places[np.argsort(-subject.regions.area[places], kind="stable")]

    def say(place: int) -> Finding:
        region = int(worst[place])
        return Finding(rule, severity, subject.key, message(region), remedy, subject.box(region))

    return Faults(places.size, say)
