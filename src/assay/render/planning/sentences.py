"""Each answer in one sentence."""

import math

from assay.render.writing import count, decimal, level, noun, percent
from assay.sampling.lots import LotAnswer
from assay.sampling.review import ReviewCost, Situation
from assay.sampling.sizes import GoldSize, PilotSize


def pilot_sentence(found: PilotSize) -> str:
    """Say how many pilot images tell two vendors apart."""
    if not math.isfinite(found.images):
        return (
            f"No number of images shows a difference of {decimal(found.difference)} where single "
            f"images differ by {decimal(found.spread)}."
        )
    return (
        f"{noun(int(found.images), 'image')} show a difference of {decimal(found.difference)} "
        f"with {level(found.power)} probability, at {level(found.confidence)} confidence."
    )


def gold_sentence(found: GoldSize) -> str:
    """Say how many gold images bound the share of images with a severe error."""
    if not found.rows:
        return (
            f"No part of a batch of {count(found.lot or 0)} shows a share below "
            f"{percent(found.share)}: look at all of it."
        )
    where = "" if found.lot is None else f" of a batch of {count(found.lot)}"
    errors, images = found.rows[0]
    return (
        f"{noun(images, 'image')}{where} with {'no' if errors == 0 else errors} severe error show "
        f"that fewer than {percent(found.share)} of images have one, at {level(found.confidence)} "
        "confidence."
    )


def lot_sentence(found: LotAnswer) -> str:
    """Say which sample a lot needs."""
    if found.stopped:
        return (
            "Take no more lots: five failed on tightened inspection. Go on when the vendor has "
            "mended the cause."
        )
    plan = found.plan
    return (
        f"Look at {noun(plan.size, 'image')} of a lot of {count(found.lot)}, and accept with at "
        f"most {plan.accept} faulty ({found.inspection} inspection, AQL {found.aql:g}\xa0%)."
    )


def lot_lines(found: LotAnswer) -> tuple[str, ...]:
    """Say what a lot plan can tell, one fact a line."""
    plan, promise = found.plan, found.promise
    numbers = f"accept with {plan.accept}, reject with {plan.reject} faulty"
    rejected, accepted = percent(promise.producer_risk), percent(promise.consumer_risk)
    return (
        f"code letter {plan.letter}: {noun(plan.size, 'image')}, {numbers}",
        f"a lot with {found.aql:g}\xa0% faulty is rejected in {rejected} of cases",
        f"a lot with {percent(1 - promise.bad)} faulty is still accepted in {accepted} of cases",
    )


def review_sentence(found: ReviewCost) -> str:
    """Say what looking costs, from the best to the worst case."""
    rows = {situation.name: situation for situation in found.situations}
    return (
        f"A batch of {count(found.size)} takes {hours(rows['clearly good'].minutes)} of review "
        f"when it is clearly good, {hours(rows['borderline'].minutes)} when it is borderline, and "
        f"{hours(rows['clearly bad'].minutes)} when it is clearly bad, on average; looking at "
        f"every image takes {hours(found.all_minutes)}."
    )


def hours(minutes: float) -> str:
    r"""Write a time: minutes below two hours, hours above.

    Examples
    --------
    >>> hours(45.2), hours(500)
    ('45\xa0min', '8.3\xa0h')
    """
    return f"{minutes:.0f}\xa0min" if minutes < 120 else f"{minutes / 60:,.1f}\xa0h"


def cost_line(found: Situation) -> str:
    """Say what one kind of batch costs, for a pipe."""
    return (
        f"{found.name}: accepted {percent(found.accepted)}, {found.images:.1f} images "
        f"(nine of ten at most {found.images_most:.0f}), {hours(found.minutes)} "
        f"(nine of ten at most {hours(found.minutes_most)})"
    )
