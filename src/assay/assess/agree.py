"""The front door of agreement: several deliveries of the same images in, one report out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from assay.assess.agreement_counts import Sight, count_panel, look
from assay.assess.agreement_summary import summarise_agreement
from assay.assess.panel import Panel
from assay.assess.walk import Progress, silent, too_costly, walk
from assay.assess.warming import warm_formats
from assay.assess.workers import Lost
from assay.delivery import Finding
from assay.errors import ParameterError
from assay.labels import LabelMap
from assay.metrics.distance import DISTANCES
from assay.report.agreement import AgreementPlan, AgreementReport


def agree(
    panel: Panel,
    plan: AgreementPlan = AgreementPlan(),  # noqa: B008 - a frozen value
    *,
    strata: Mapping[str, str] | None = None,
    workers: int = 0,
    progress: Progress = silent,
) -> AgreementReport:
    """Measure how far annotators of the same images agree.

    An annotator who has no labels of an image, or none of its size, gives no values there, which
    lowers no score.  Memory holds a few kB an image.

    Parameters
    ----------
    panel
        One delivery per annotator.
    plan
        What is measured and how sure intervals are.
    strata
        Group of each item, for scores by group.
    workers
        Number of worker processes, 0 for one per processor.
    progress
        Called as ``progress(done, total)``.

    Returns
    -------
    AgreementReport
        Equal for equal inputs, whatever the number of workers.

    Raises
    ------
    UnknownNameError
        When the plan names no known distance.
    ParameterError
        When no delivery holds an item.
    """
    if not panel.keys:
        raise ParameterError(
            f"{' and '.join(map(repr, panel.names))} hold no items, so nothing can be compared. "
            "Check the paths and the format."
        )
    distance = DISTANCES.get(plan.distance).matrix(panel.ontology)
    warm_formats(panel.deliveries, panel.ontology)
    # Kernels are loaded before workers are forked, on a map of our own.
    tiny = LabelMap.from_dense(np.array([[1, 0], [1, 1]], np.uint8))
    count_panel([tiny, tiny], panel.ontology, distance, outlines=plan.outlines)
    task = partial(look, panel, distance, outlines=plan.outlines)
    sights = (
        Sight.lost(key, _too_costly(key, found)) if isinstance(found, Lost) else found
        for key, found in walk(panel.keys, task, workers=workers, progress=progress)
    )
    return summarise_agreement(panel, plan, distance, sights, strata or {})


def _too_costly(key: str, lost: Lost) -> Finding:
    """Return the finding for an image that broke a bound of its worker."""
    return replace(
        too_costly(key, lost),
        message=f"Comparing the image was stopped because {lost.reason}; it is left out.",
        remedy=f"Leave outlines out (--no-outlines), or export {key} again if it is far too large.",
    )
