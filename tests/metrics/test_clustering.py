"""Annotators joined by how alike they are."""

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.metrics.clustering import Tree, cluster


def test_the_most_alike_are_joined_first_at_their_distance() -> None:
    far = np.full((4, 4), 0.6)
    far[1, 3] = far[3, 1] = 0.1
    far[0, 2] = far[2, 0] = 0.2
    tree = cluster(far)
    assert [sorted((join.first, join.second)) for join in tree.joins] == [[1, 3], [0, 2], [4, 5]]
    assert [join.height for join in tree.joins] == pytest.approx([0.1, 0.2, 0.6])
    assert [join.size for join in tree.joins] == [2, 2, 4]
    places = [tree.order.index(k) for k in range(4)]
    assert abs(places[1] - places[3]) == abs(places[0] - places[2]) == 1


def test_an_unknown_distance_is_the_mean_of_the_known() -> None:
    far = np.array([[0, 0.2, np.nan], [0.2, 0, 0.4], [np.nan, 0.4, 0]])
    assert cluster(far).joins[-1].height == pytest.approx((0.3 + 0.4) / 2)


def test_one_annotator_and_strangers_still_have_an_order() -> None:
    assert cluster(np.zeros((1, 1))) == Tree((0,), ())
    assert sorted(cluster(np.full((3, 3), np.nan)).order) == [0, 1, 2]


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"\(2, 3\)"):
        cluster(np.zeros((2, 3)))
