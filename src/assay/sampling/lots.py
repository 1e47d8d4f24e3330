"""A lot plan of ISO 2859-1 with its risks, before any lot comes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.errors import ParameterError
from assay.sampling.iso2859 import Inspection, Iso2859Parameters, LotPlan, lot_plan, promise, switch
from assay.sampling.population import Limits, Population


@dataclass(frozen=True)
class LotAnswer:
    """Which sample a lot needs, and what that sample can tell.

    Parameters
    ----------
    lot
        Number of images.
    aql, level, inspection
        What the plan was looked up by; after the history, where one was given.
    plan
        Code letter, sample size, acceptance and rejection number.
    promise
        What it gives for this lot, exactly: the AQL and how often a lot of that quality is
        rejected, and the quality that is accepted with at most the consumer's risk.
    stopped
        Whether five lots failed on tightened inspection, so that no more are taken.
    curve
        Pairs of the share of faulty images and the probability of acceptance.
    """

    lot: int
    aql: float
    level: str
    inspection: Inspection
    plan: LotPlan
    promise: Limits
    stopped: bool
    curve: tuple[tuple[float, float], ...]


def lot_answer(
    lot: int,
    *,
    aql: float,
    level: str = "II",
    inspection: Inspection = "normal",
    history: Sequence[bool] = (),
    consumer_risk: float = 0.05,
) -> LotAnswer:
    """Return the single sampling plan for the next lot.

    Parameters
    ----------
    lot
        Number of images, 2 or more.
    aql, level
        See :func:`assay.sampling.iso2859.lot_plan`.
    inspection
        How the lots of the history were inspected.
    history
        Since then, whether each lot passed when first submitted: it may switch the inspection, by
        the rules between normal and tightened.  Reduced inspection asks for more than a history of
        verdicts, so it is entered by the buyer's choice alone.
    consumer_risk
        For the quality that is stated to be caught.

    Examples
    --------
    >>> answer = lot_answer(1000, aql=1.0, history=(True, False, False))
    >>> answer.inspection, answer.plan.size, answer.plan.accept
    ('tightened', 80, 1)
    """
    if lot < 2:
        raise ParameterError(f"A lot of {lot} has no sample. ISO 2859-1 begins at 2 items.")
    following = switch(inspection, history)
    stopped = following == "stop"
    used: Inspection = "tightened" if following == "stop" else following
    plan = lot_plan(lot, aql=aql, level=level, inspection=used)
    parameters = Iso2859Parameters(aql, level, used)
    stated = promise(
        Population.of(lot), Limits(1 - aql / 100, 0.0, 0.05, consumer_risk), parameters
    )
    most = min(lot, max(4, round(2 * (1 - stated.bad) * lot)))
    return LotAnswer(lot, aql, level, used, plan, stated, stopped, _curve(lot, plan, most))


def _curve(lot: int, plan: LotPlan, most: int) -> tuple[tuple[float, float], ...]:
    from scipy.stats import hypergeom  # noqa: PLC0415 - takes half a second to load

    faulty = np.unique(np.linspace(0, most, 81).round().astype(np.int64))
    passed = hypergeom.cdf(plan.reject - 1, lot, faulty, plan.size)
    return tuple(zip((faulty / lot).tolist(), passed.tolist(), strict=True))
