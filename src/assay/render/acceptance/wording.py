"""How claims and their values are called in every form."""

from assay.render.writing import decimal, percent
from assay.sampling.acceptance import ClaimResult
from assay.sampling.terms import Claim

_TITLES = {
    "score": "Mean score",
    "severe": "Images with a severe error",
    "faulty": "Faulty images",
}


def claim_title(claim: Claim) -> str:
    """Return the heading of a claim: ``Mean score, tier validation``."""
    return f"{_TITLES[claim.subject]}, tier {claim.tier}" if claim.tier else _TITLES[claim.subject]


def shown(claim: Claim, value: float) -> float:
    """Return a claim's value as people ask for it: a mean score, or the share that is *not* right.

    Examples
    --------
    >>> shown(Claim("severe", "sequential", None, 0.98, 0.9), 0.75)
    0.25
    """
    return value if claim.subject == "score" else 1 - value


def written(claim: Claim, value: float) -> str:
    """Write a claim's value: a score with three decimals, a share in percent."""
    return decimal(value) if claim.subject == "score" else percent(shown(claim, value))


def written_bounds(result: ClaimResult) -> str:
    """Write between which values the batch lies: ``0.751–0.851``."""
    ends = (result.low, result.high)
    low, high = ends if result.claim.subject == "score" else ends[::-1]
    return f"{written(result.claim, low)}–{written(result.claim, high)}"


def written_limits(result: ClaimResult) -> str:
    """Write the limits of a claim: ``good 0.880, bad 0.800``."""
    promise = result.promise
    return f"good {written(result.claim, promise.good)}, bad {written(result.claim, promise.bad)}"
