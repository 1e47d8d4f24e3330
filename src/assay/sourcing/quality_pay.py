"""More or less pay by measured quality: bonus, malus, and pay by what a model learns."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from assay.errors import ParameterError
from assay.sourcing.fees import share_of_worth
from assay.sourcing.price import Case, Charge, PriceComponent


@dataclass(frozen=True)
class QualityStep:
    """A threshold of quality and what it is worth.

    Parameters
    ----------
    at
        Threshold of the measure.
    percent
        Per cent of what the units of work cost; always above 0.
    """

    at: Decimal
    percent: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.percent <= 100:
            raise ParameterError(
                f"A step of quality is worth {self.percent} %; give more than 0 and at most 100."
            )


@dataclass(frozen=True)
class QualitySteps:
    """Steps of one measure; the one that pays, or takes, most counts alone.

    Parameters
    ----------
    metric
        Name of the measure, as acceptance reports it.
    steps
        At least one.
    """

    metric: str
    steps: tuple[QualityStep, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", self.metric):
            raise ParameterError(
                f"{self.metric!r} is no name of a measure. Name one, such as weighted_iou."
            )
        if not self.steps:
            raise ParameterError(
                f'{self.metric} has no steps. Add steps = [{{at = "0.92", percent = 3}}].'
            )


# Texts name the step and never the measure: exact scores, told batch by batch, would say which
# images are gold.


def _charge_bonus(case: Case, terms: QualitySteps, *, component: str) -> tuple[Charge, ...]:
    quality = case.qualities.get(terms.metric)
    if quality is None:
        return ()
    earned = [step for step in terms.steps if quality.low >= step.at]
    if not earned:
        return ()
    step = max(earned, key=lambda step: step.percent)
    title = component.capitalize()
    text = f"{title}: {terms.metric} is at least {step.at}, beyond doubt"
    return (share_of_worth(case, step.percent, component=component, text=text),)


def _charge_malus(case: Case, terms: QualitySteps) -> tuple[Charge, ...]:
    quality = case.qualities.get(terms.metric)
    if quality is None:
        return ()
    missed = [step for step in terms.steps if quality.high < step.at]
    if not missed:
        return ()
    step = max(missed, key=lambda step: step.percent)
    text = f"Malus: {terms.metric} is below {step.at}, beyond doubt"
    return (share_of_worth(case, -step.percent, component="malus", text=text),)


BONUS = PriceComponent(
    name="bonus",
    summary="More pay where quality is better than asked for, beyond doubt.",
    advice="""\
Paid when the *lower* bound of the interval reaches the step, so that luck in the sample is not
paid. Of several steps the best one that is reached counts, alone. A batch of which too little was
looked at earns none: look at more, or agree on a lower step.
""",
    title="Bonus",
    parameters=QualitySteps,
    charge=partial(_charge_bonus, component="bonus"),
    when="batch",
)

MALUS = PriceComponent(
    name="malus",
    summary="Less pay where quality is worse than agreed, beyond doubt.",
    advice="""\
Taken off when the *upper* bound of the interval stays below the step: the same doubt that keeps a
bonus from being paid keeps a malus from being taken. Of several steps the one that takes most
counts, alone. Work that is too bad is not accepted and not paid at all; a malus is for what is
accepted although it is less than was agreed.
""",
    title="Malus",
    parameters=QualitySteps,
    charge=_charge_malus,
    when="batch",
)

OUTCOME = PriceComponent(
    name="outcome",
    summary="More pay where a model that learns from the labels gets better.",
    advice="""\
Pay by outcome: the measure is that of a reference model, trained on the accepted labels and scored
on a validation set that no vendor sees. It works as a bonus does, by the lower bound. A model's
score depends on much that no vendor can change (architecture, seed, images), so keep the share
small, fix the recipe in the contract, and repeat the training with several seeds to have an
interval.
""",
    title="Outcome",
    parameters=QualitySteps,
    charge=partial(_charge_bonus, component="outcome"),
    when="batch",
)

QUALITY_PAY = (BONUS, MALUS, OUTCOME)
