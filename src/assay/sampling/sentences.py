"""The verdict on a batch in one sentence."""

from assay.sampling.acceptance import ClaimResult, Judgement
from assay.sampling.plan import Verdict


def sentence_of(name: str, judged: Judgement, size: int) -> str:
    """Say whether a batch of so many items is accepted and why, or what to look at next."""
    looked = f"{len(judged.counted):,} of {size:,} images looked at"
    if judged.verdict is Verdict.UNDECIDED:
        return f"Look at one more image of {name}: {judged.following[0]}. So far {looked}."
    wanted = judged.verdict
    reasons = [reason_of(claim) for claim in judged.claims if claim.verdict is wanted]
    return f"{wanted.value.capitalize()} {name}: {' and '.join(reasons)}, with {looked}."


def reason_of(claim: ClaimResult) -> str:
    """Say in words what a decided claim shows."""
    where = f" in tier {claim.claim.tier}" if claim.claim.tier else ""
    accepted = claim.verdict is Verdict.ACCEPT
    if claim.claim.subject == "score":
        if claim.exact:
            return f"its mean score{where} is {claim.estimate:.3f}"
        limit = claim.promise.bad if accepted else claim.promise.good
        return f"its mean score{where} is {'above' if accepted else 'below'} {limit:.3g}"
    what = {"severe": "with a severe error", "faulty": "that are faulty"}[claim.claim.subject]
    if claim.exact:
        return f"its share of images {what} is {1 - claim.estimate:.1%}".replace("%", "\xa0%")
    share = 1 - (claim.promise.bad if accepted else claim.promise.good)
    side = "below" if accepted else "above"
    return f"its share of images {what} is {side} {100 * share:.3g}\xa0%"
