"""The order of looking: random, repeatable, and nobody's choice."""

import hashlib
import math
from collections.abc import Mapping, Sequence


def looking_order(
    keys: Sequence[str],
    *,
    seed: int,
    digest: str,
    weights: Mapping[str, float] | None = None,
) -> tuple[str, ...]:
    """Return the keys of a batch in the order in which they are to be looked at.

    Seed and content of the batch fix the order, so that neither side can pick images: the buyer
    agreed on the seed before the batch came, and a batch with any other content has another order.
    The vendor must not know the seed before delivering.

    Parameters
    ----------
    keys
        Items of the batch.
    seed
        Agreed on beforehand, kept from the vendor until delivery.
    digest
        Of the batch's content.
    weights
        Of each item, above 0: the next item is drawn from what is left with probability
        proportional to its weight.  Alike unless given.

    Returns
    -------
    A permutation of the keys, the same on every machine.

    Notes
    -----
    Each item gets an exponential waiting time with its weight as rate, from SHA-256 of seed, digest
    and key; the shortest waits come first (Efraimidis and Spirakis 2006, *Weighted random sampling
    with a reservoir*).

    Examples
    --------
    >>> looking_order(("a", "b", "c"), seed=1, digest="f00d")
    ('a', 'c', 'b')
    """

    def wait(key: str) -> float:
        text = f"assay looking order 1\0{seed}\0{digest}\0{key}"
        drawn = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()[:8]
        # 53 bits, never 0, so that the logarithm is finite.
        uniform = ((int.from_bytes(drawn, "big") >> 11) + 0.5) / 2**53
        return -math.log(uniform) / (1.0 if weights is None else weights[key])

    return tuple(sorted(keys, key=lambda key: (wait(key), key)))
