"""Price beside quality, for vendors that charge in one currency."""

from dataclasses import dataclass

from assay.render.scale import Scale, fit_scale, fit_share_scale
from assay.report import Score
from assay.sourcing import PilotReport


@dataclass(frozen=True)
class Offer:
    """One vendor in the chart; ``x`` is where its price stands, in percent of the axis."""

    rank: int
    name: str
    price: str
    x: float
    score: Score


@dataclass(frozen=True)
class Market:
    """Offers with the axes of price (across) and quality (down)."""

    currency: str
    across: Scale
    down: Scale
    points: tuple[Offer, ...]


def market_of(pilot: PilotReport) -> Market | None:
    """Return the chart, or None where fewer than two vendors have a price in one currency."""
    priced = [
        (result, price)
        for result in pilot.results
        if (price := result.vendor.price_per_image) is not None
    ]
    currencies = {price.currency for _, price in priced}
    if len(priced) < 2 or len(currencies) != 1:
        return None
    # A position on a chart is no amount of money: rounding to a float is harmless here.
    amounts = [float(str(price).split()[0]) for _, price in priced]
    across = fit_scale(amounts, include=(0.0,))
    scores = [result.report.scores[pilot.metric] for result, _ in priced]
    ceiling = [scores[pilot.metric] for scores in pilot.ceiling.values() if pilot.metric in scores]
    marks = [mark for s in scores for mark in (s.value, s.low, s.high)]
    down = fit_share_scale([*marks, *(score.value for score in ceiling)])
    points = tuple(
        Offer(result.rank, result.vendor.name, str(price), across.place(amount), score)
        for (result, price), amount, score in zip(priced, amounts, scores, strict=True)
    )
    return Market(currencies.pop(), across, down, points)
