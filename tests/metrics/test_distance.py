"""Distances between values that alpha may weigh disagreement by."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assay import LabelClass, Ontology
from assay.errors import ParameterError, UnknownNameError
from assay.metrics.distance import DISTANCES, PARENTS, Distance
from maps import TINY


def lines(**parents: str | None) -> Ontology:
    return Ontology(
        tuple(
            LabelClass(name, number, (number, 0, 0), parent=parent)
            for number, (name, parent) in enumerate(parents.items(), 1)
        )
    )


def test_nominal_is_one_between_all_others() -> None:
    assert DISTANCES.get("nominal").matrix(TINY).tolist() == [
        [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]
    ]  # fmt: skip


def test_classes_are_nearer_the_more_parents_they_share() -> None:
    kin = lines(vehicle=None, car="vehicle", bus="vehicle", taxi="car", road=None)
    found = PARENTS.matrix(kin)
    vehicle, car, bus, taxi, road = range(1, 6)
    assert found[car, bus] == 0.5
    assert found[vehicle, car] == pytest.approx(1 / 3)
    assert found[car, taxi] == pytest.approx(1 - 4 / 5)
    assert found[taxi, bus] == pytest.approx(1 - 2 / 5)
    assert found[car, road] == 1
    assert (found[0, 1:] == 1).all()


def test_a_parent_that_is_no_class_still_joins_its_children() -> None:
    assert PARENTS.matrix(lines(car="vehicle", bus="vehicle"))[1, 2] == 0.5


def test_without_parents_the_distance_is_nominal() -> None:
    assert np.array_equal(PARENTS.matrix(TINY), DISTANCES.get("nominal").matrix(TINY))


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros((3, 3)), r"shape \(3, 3\); give \(4, 4\)"),
        (np.ones((4, 4)), "no distance"),
        (np.triu(np.ones((4, 4)), 1), "symmetric"),
        (2 * (1 - np.eye(4)), "0 to 1"),
        (np.full((4, 4), np.nan), "no distance"),
    ],
)
def test_a_plug_in_that_gives_no_distance_is_refused(
    matrix: NDArray[np.float64], message: str
) -> None:
    broken = Distance("broken", "Gives nonsense.", "Do not use.", lambda _: matrix)
    with pytest.raises(ParameterError, match=message):
        broken.matrix(TINY)


def test_an_unknown_name_is_refused_with_those_near_it() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean nominal"):
        DISTANCES.get("nominel")
