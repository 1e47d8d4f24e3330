"""Ballots drawn as words: one pattern a line, one letter an annotator, and its pixels."""

import numpy as np

from assay.consensus.ballots import Ballots, cast_ballots
from assay.metrics.patterns import ABSENT, VotePatterns
from maps import TINY


def patterns(text: str) -> VotePatterns:
    """Return patterns drawn as ``'112 30'``: votes, then pixels; ``-`` is absent."""
    rows = sorted(
        ([ABSENT if vote == "-" else int(vote) for vote in votes], int(pixels))
        for votes, pixels in (line.split() for line in text.strip().splitlines())
    )
    return VotePatterns(
        np.array([votes for votes, _ in rows], np.uint16),
        np.array([pixels for _, pixels in rows], np.int64),
    )


def ballots(text: str) -> Ballots:
    """Return the ballots of drawn patterns."""
    return cast_ballots(patterns(text), TINY)
