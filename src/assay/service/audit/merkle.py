"""The Merkle tree of RFC 9162, section 2.1: one digest for a log, and short proofs about it.

A tree of n leaves splits at the largest power of two below n.  Leaves and nodes are hashed with
different prefixes, so that no node can pass for a leaf.  Digests are SHA-256, 32 bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the digest of one entry."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the digest of two subtrees."""
    return sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that grows by one leaf at a time and forgets all but its edge.

    Parameters
    ----------
    size
        Number of leaves.
    edge
        Roots of the full subtrees that the tree consists of, the largest first: one for each bit
        that is set in ``size``.

    Examples
    --------
    >>> Frontier().grow(leaf_hash(b"a")).root == leaf_hash(b"a")
    True
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def grow(self, leaf: bytes) -> "Frontier":
        """Return the tree with one more leaf, in O(log n)."""
        edge = list(self.edge)
        carried, joined = leaf, self.size
        while joined & 1:
            carried = node_hash(edge.pop(), carried)
            joined >>= 1
        return Frontier(self.size + 1, (*edge, carried))

    @property
    def root(self) -> bytes:
        """Return the digest of all leaves; of no byte where there is none."""
        if not self.edge:
            return sha256().digest()
        *others, digest = self.edge
        for left in reversed(others):
            digest = node_hash(left, digest)
        return digest


def grown(leaves: Iterable[bytes]) -> Frontier:
    """Return the tree of some leaves."""
    tree = Frontier()
    for leaf in leaves:
        tree = tree.grow(leaf)
    return tree


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the siblings on the way from a leaf to the root (section 2.1.3.1), lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), grown(leaves[split:]).root)
    return (*inclusion_proof(leaves[split:], index - split), grown(leaves[:split]).root)


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows a leaf at an index of a tree (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = node_hash(sibling, digest)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and digest == root


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """Return the digests that show how a tree grew out of its first leaves (section 2.1.4.1)."""
    if not 0 < earlier <= len(leaves):
        raise IndexError(earlier)
    return _consistency(leaves, earlier, whole=True)


def _consistency(leaves: Sequence[bytes], earlier: int, *, whole: bool) -> tuple[bytes, ...]:
    """Return the proof of a subtree; ``whole`` where the verifier knows its earlier root."""
    if earlier == len(leaves):
        return () if whole else (grown(leaves).root,)
    split = _split(len(leaves))
    if earlier <= split:
        deeper = _consistency(leaves[:split], earlier, whole=whole)
        return (*deeper, grown(leaves[split:]).root)
    deeper = _consistency(leaves[split:], earlier - split, whole=False)
    return (*deeper, grown(leaves[:split]).root)


def extends(
    later_root: bytes, later: int, earlier_root: bytes, earlier: int, proof: Sequence[bytes]
) -> bool:
    """Return whether a proof shows that a tree only grew (section 2.1.4.2)."""
    if not 0 < earlier <= later:
        return False
    if earlier == later:
        return not proof and earlier_root == later_root
    digests = list(proof)
    if earlier & (earlier - 1) == 0:
        digests.insert(0, earlier_root)
    if not digests:
        return False
    place, last = earlier - 1, later - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = digests[0]
    for digest in digests[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(digest, old), node_hash(digest, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, digest)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == later_root


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
