"""A stranger who knows the API's description alone meets no fault and nothing undescribed."""

import pytest

from assay.service.app import api_routes
from service.house import House
from service.stranger import stranger


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_operation_fails_or_answers_what_is_not_described(house: House) -> None:
    # The study sends thirty requests to each; making them up takes long.
    met = stranger(house, 2, every=12)
    assert met.operations > sum(1 for _ in api_routes()) / 13
    assert met.faults == []
    assert 200 in met.statuses


def test_every_operation_says_its_right_and_its_problems(house: House) -> None:
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            problem = operation["responses"]["422"]["content"]
            assert list(problem) == ["application/problem+json"], (method, path)
            assert bool(operation["security"]) == ("x-right" in operation)


def test_names_of_operations_are_readable_and_differ(house: House) -> None:
    paths = house.app.openapi()["paths"].values()
    names = [operation["operationId"] for methods in paths for operation in methods.values()]
    assert len({*names}) == len(names)
    assert {"projects_begin", "vendor_questions_ask"} <= {*names}
