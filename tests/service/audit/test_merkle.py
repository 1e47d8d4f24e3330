"""The tree of RFC 9162: published roots, and proofs of every leaf and every growth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.service.audit.merkle import (
    Frontier,
    consistency_proof,
    extends,
    grown,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
)

#: The entries and roots by which implementations of Certificate Transparency are compared.
ENTRIES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = tuple(leaf_hash(str(place).encode()) for place in range(33))
SIZES = range(1, len(LEAVES) + 1)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_published(size: int) -> None:
    assert grown(map(leaf_hash, ENTRIES[:size])).root.hex() == ROOTS[size - 1]


def test_the_root_of_no_leaves_is_the_hash_of_no_bytes() -> None:
    assert Frontier().root.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", SIZES)
def test_the_growing_tree_has_the_root_of_the_recursive_definition(size: int) -> None:
    assert grown(LEAVES[:size]).root == slow_root(LEAVES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_shown_by_its_proof_and_by_no_other(size: int) -> None:
    leaves = LEAVES[:size]
    root = slow_root(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(leaves, index)
        assert includes(root, size, index, leaf, proof)
        assert not includes(root, size, index, leaf_hash(b"another"), proof)
        assert not includes(root, size, index, leaf, (*proof, leaf))
        assert not includes(root, size, size, leaf, proof)
        assert size == 1 or not includes(root, size, (index + 1) % size, leaf, proof)


@pytest.mark.parametrize("size", SIZES)
def test_every_growth_is_shown_by_its_proof_and_a_rewriting_is_not(size: int) -> None:
    leaves = LEAVES[:size]
    root = slow_root(leaves)
    rewritten = slow_root((leaf_hash(b"another"), *leaves[1:]))
    for earlier in range(1, size + 1):
        proof = consistency_proof(leaves, earlier)
        old = slow_root(leaves[:earlier])
        assert extends(root, size, old, earlier, proof)
        assert not extends(rewritten, size, old, earlier, proof)
        assert not extends(root, size, leaf_hash(b"another"), earlier, proof)
        assert not extends(root, size, old, earlier, (*proof, root))


@pytest.mark.parametrize("earlier", [0, 4])
def test_a_growth_from_nothing_or_from_more_has_no_proof(earlier: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(LEAVES[:3], earlier)
    assert not extends(ENTRIES[0], 3, ENTRIES[0], earlier, ())


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES[:3], 3)


@given(st.lists(st.binary(max_size=3), max_size=40))
def test_the_edge_has_one_root_for_each_bit_of_the_size(entries: list[bytes]) -> None:
    tree = grown(map(leaf_hash, entries))
    assert (tree.size, len(tree.edge)) == (len(entries), len(entries).bit_count())


def slow_root(leaves: tuple[bytes, ...]) -> bytes:
    """Return the root by section 2.1.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**power for power in range(8) if 2**power < len(leaves))
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))
