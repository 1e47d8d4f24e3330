"""Layers of review: a peer first, an expert where it matters, an adjudicator where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assay.errors import ParameterError
from assay.sampling.acceptance import Look

Layer = Literal["peer", "expert", "adjudication"]
Outcome = Literal["pass", "fail", "unsure"]

LAYERS: tuple[Layer, ...] = ("peer", "expert", "adjudication")


@dataclass(frozen=True)
class ReviewVerdict:
    """What one person found in one image.

    Parameters
    ----------
    layer
        In which layer.
    outcome
        Whether the image is good enough; ``unsure`` leaves it to an expert.
    score
        How right it is, 0 to 1.
    severe
        Number of severe errors.
    """

    layer: Layer
    outcome: Outcome
    score: float
    severe: int

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1 or self.severe < 0:
            raise ParameterError(
                f"A score of {self.score} with {self.severe} severe errors; give a score in 0 to 1 "
                "and a count of 0 or more."
            )
        if self.outcome == "pass" and self.severe:
            raise ParameterError(
                f"An image with {self.severe} severe errors does not pass. Say fail, or unsure."
            )


@dataclass(frozen=True)
class Layered:
    """Where the review of an image stands.

    Parameters
    ----------
    look
        What counts for acceptance; None while a further layer must look.
    next
        The layer that must look; None where all is said.
    """

    look: Look | None
    next: Layer | None


def layer_reviews(verdicts: Sequence[ReviewVerdict]) -> Layered:
    """Say what the verdicts on one image mean together.

    A peer's verdict counts alone unless it is unsure or names a severe error; then an expert looks.
    Where the expert decides otherwise than the peer, or is unsure, an adjudicator decides.

    Parameters
    ----------
    verdicts
        In the order in which they were given, one a layer.

    Raises
    ------
    ParameterError
        When a layer comes twice or out of order, or an adjudicator is unsure.

    Examples
    --------
    >>> peer = ReviewVerdict("peer", "fail", 0.6, severe=1)
    >>> layer_reviews([peer]).next
    'expert'
    >>> layer_reviews([peer, ReviewVerdict("expert", "fail", 0.5, severe=1)]).look
    Look(score=0.5, severe=1)
    """
    layers = tuple(verdict.layer for verdict in verdicts)
    if layers != LAYERS[: len(layers)]:
        raise ParameterError(f"Reviews came as {', '.join(layers)}, not in the order of layers.")
    if not verdicts:
        return Layered(None, "peer")
    last = verdicts[-1]
    look = Look(last.score, last.severe)
    match last.layer:
        case "peer":
            doubtful = last.outcome == "unsure" or last.severe > 0
            return Layered(None, "expert") if doubtful else Layered(look, None)
        case "expert":
            peer = verdicts[0].outcome
            differ = last.outcome == "unsure" or (peer not in {"unsure", last.outcome})
            return Layered(None, "adjudication") if differ else Layered(look, None)
        case _:
            if last.outcome == "unsure":
                raise ParameterError("An adjudicator decides; say pass or fail.")
            return Layered(look, None)
