"""Noticing a solution that is upside down, before anybody uses it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.method import Opinion
from assay.delivery import Finding, Rule, Severity

#: Agreement beyond chance (kappa) below which an annotator is taken to label backwards; a random
#: one has 0, give or take a little.
BACKWARDS = -0.05

#: Share of pixels from which an estimate contradicts what it was made of.
MOST = 0.5

#: Share of the contested pixels below which a stand of one against all is no matter.
FEW = 0.01

INVERTED = Rule(
    "fusion-inverted",
    "The estimate contradicts what all annotators agree on.",
    """\
A model of annotators' errors has a mirror image: everybody is always wrong. An estimate that gives
most pixels of a class another class, although all annotators agree on them, has run there, or has
let a rare class be swallowed by a common one. The report shows a majority instead. More images, or
fewer and broader classes, help the model.
""",
)

OVERRULED = Rule(
    "fusion-overruled",
    "The estimate sides with one annotator against all the others.",
    """\
On most pixels where all annotators but one agree, the estimate follows the one. So one lazy box
beats four precise outlines: the known weakness of STAPLE where background fills the image. The
report shows a majority instead.
""",
)

SWAPPED = Rule(
    "annotator-swapped",
    "An annotator seems to have swapped two classes.",
    """\
Most pixels that are taken for one class carry another in this annotator's maps, and the other way
round. Look at the ids in the files: this is mostly a wrong class list at export. The report shows
a majority instead of the estimate; mend the delivery and fuse again.
""",
)

BACKWARD = Rule(
    "annotator-backwards",
    "An annotator agrees with the estimate less than chance would.",
    """\
The votes of such an annotator are taken as evidence of the opposite, which is seldom what you
want. Look at the delivery: swapped classes, shifted maps, names that belong to other images. The
report shows a majority instead of the estimate; leave the annotator out, or mend it, and fuse
again.
""",
)

UNSETTLED = Rule(
    "fusion-unsettled",
    "The estimate still moved when its steps were used up.",
    """\
The labels are mostly final long before the last digit of the estimate is. Raise `rounds` to be
sure.
""",
)

RULES = (INVERTED, OVERRULED, SWAPPED, BACKWARD, UNSETTLED)


def find_inversions(
    ballots: Ballots, opinion: Opinion, names: Sequence[str], classes: Sequence[str]
) -> tuple[Finding, ...]:
    """Return the reasons not to trust an estimate; none where it is sound.

    Parameters
    ----------
    ballots, opinion
        Votes, and what a method that estimates skill makes of them.
    names
        Of the annotators.
    classes
        Name of each symbol.

    Examples
    --------
    >>> votes = np.array([[0, 0, 0], [0, 0, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([90, 10]), np.array([1, 2], np.uint16))
    >>> one_wins = np.array([[1.0, 0.0], [0.1, 0.9]])
    >>> opinion = Opinion(one_wins, np.ones((3, 2, 2)), np.ones(2) / 2)
    >>> find_inversions(ballots, opinion, "ABC", "xy")[0].rule
    'fusion-overruled'
    """
    return (
        *_inverted(ballots, opinion, classes),
        *_overruled(ballots, opinion, names),
        *_backwards(opinion, names, classes),
    )


def _inverted(ballots: Ballots, opinion: Opinion, classes: Sequence[str]) -> Iterator[Finding]:
    settled = ballots.agreed & (ballots.voters > 1)
    agreed = ballots.tally.argmax(axis=1)
    wrong = opinion.posterior.argmax(axis=1) != agreed
    for symbol, name in enumerate(classes):
        here = settled & (agreed == symbol)
        pixels, lost = int(ballots.counts[here].sum()), int(ballots.counts[here & wrong].sum())
        if pixels and lost > MOST * pixels:
            yield _warning(
                INVERTED,
                f"All annotators agree on {pixels:,} pixels of {name}; the estimate gives "
                f"{lost:,} of them another class.",
            )


def _overruled(ballots: Ballots, opinion: Opinion, names: Sequence[str]) -> Iterator[Finding]:
    most = ballots.tally.max(axis=1, initial=0)
    lone = (ballots.voters > 2) & (most == ballots.voters - 1)
    winner = opinion.posterior.argmax(axis=1)
    against = lone & (winner != ballots.tally.argmax(axis=1))
    pixels, lost = int(ballots.counts[lone].sum()), int(ballots.counts[against].sum())
    contested = int(ballots.counts[ballots.contested].sum())
    if lost <= MOST * pixels or pixels <= FEW * contested:
        return
    followed = [int(ballots.counts[against & (votes == winner)].sum()) for votes in ballots.votes.T]
    yield _warning(
        OVERRULED,
        f"On {pixels:,} pixels all annotators but one agree; the estimate follows the one on "
        f"{lost:,} of them, mostly {names[int(np.argmax(followed))]}.",
    )


def _backwards(opinion: Opinion, names: Sequence[str], classes: Sequence[str]) -> Iterator[Finding]:
    for name, joint in zip(names, opinion.expected, strict=True):
        agreement = _kappa(joint)
        if agreement < BACKWARDS:
            yield _warning(
                BACKWARD,
                f"{name} agrees with the estimate less than chance would: kappa is "
                f"{agreement:.2f}.",
            )
        total = joint.sum(axis=1, keepdims=True)
        chances = np.divide(joint, total, out=np.zeros_like(joint), where=total >= 1)
        for one, other in zip(
            *np.nonzero(np.triu((chances > MOST) & (chances.T > MOST), 1)), strict=True
        ):
            yield _warning(
                SWAPPED,
                f"{name} seems to have swapped {classes[one]} and {classes[other]}: "
                f"{chances[one, other]:.0%} of the one and {chances[other, one]:.0%} of the other "
                "carry the wrong class.",
            )


def _kappa(joint: NDArray[np.float64]) -> float:
    """Return the agreement beyond chance (Cohen 1960); 0 where nothing can disagree."""
    total = joint.sum()
    if total <= 0:
        return 0.0
    chance = float((joint.sum(axis=0) * joint.sum(axis=1)).sum() / total**2)
    return 0.0 if chance >= 1 else float((np.trace(joint) / total - chance) / (1 - chance))


def _warning(rule: Rule, message: str) -> Finding:
    return Finding(
        rule.name,
        Severity.WARNING,
        "",
        message,
        "A majority is shown instead. Look at the deliveries, then fuse again.",
    )
