"""How much a vendor may be told of a batch before the answer begins to name its gold."""

import math

#: The share of the bits that name a batch's gold which one answer may tell.
SHARE = 0.05
#: Accept, reject or send back; and as agreed, near the limit or below it.
DECISIONS = BANDS = 3


def bits_to_name(images: int, gold: int) -> float:
    """Return how many bits it takes to say which images of a batch are gold.

    Parameters
    ----------
    images
        Images of the batch, gold among them.
    gold
        How many of them are gold.

    Returns
    -------
    float
        The logarithm to base 2 of the number of ways in which that many can hide among them.

    Examples
    --------
    >>> round(bits_to_name(100, 10))
    44
    """
    return math.log2(math.comb(images, gold))


def may_tell_band(images: int, gold: int) -> bool:
    """Say whether a decision may be told with its band, or must be told alone.

    A decision and a band carry at most 3.2 bits, a decision alone 1.6. Of a small batch that is too
    large a share of what it takes to name its gold, and only the decision is told. Where there is
    no gold there is nothing to give away.

    Parameters
    ----------
    images
        Images of the batch, gold among them.
    gold
        How many of them are gold.

    Examples
    --------
    >>> may_tell_band(200, 20), may_tell_band(50, 5)
    (True, False)
    """
    return not gold or math.log2(DECISIONS * BANDS) <= SHARE * bits_to_name(images, gold)
