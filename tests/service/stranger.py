"""A stranger who knows the API's description alone, and what it is answered."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.deliveries.batches import send_batch
from service.house import Caller, House

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass
class Met:
    """What the stranger met.

    Parameters
    ----------
    operations
        Operations that it tried.
    statuses
        How often each status was answered.
    faults
        What failed or was not as described.
    """

    operations: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def stranger(house: House, examples: int, *, every: int = 1) -> Met:
    """Send made-up requests to every operation, or every n-th, as somebody who may call it."""
    batch = send_batch(house)
    known = {
        "project": batch.project,
        "batch": batch.id,
        "vendor": house.organisations["northlight"],
    }
    schema = schemathesis.openapi.from_dict(house.app.openapi())
    met = Met()
    for found in islice(schema.get_all_operations(), 0, None, every):
        assert isinstance(found, Ok)
        operation = found.ok()
        met.operations += 1
        caller = house.vendor if "/vendor/" in operation.path else house.admin
        try:
            _ask(operation, caller, known, examples, met)()
        except BaseExceptionGroup as group:
            met.faults += [
                f"{operation.method} {operation.path}: {one}" for one in group.exceptions
            ]
        except AssertionError as error:
            met.faults.append(f"{operation.method} {operation.path}: {error}")
    return met


def _ask(
    operation: Any, caller: Caller, known: dict[str, str], examples: int, met: Met
) -> Callable[[], None]:
    chance = random.Random(7)  # noqa: S311 - the same requests each time

    @seed(7)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        for name, identifier in known.items():
            if name in case.path_parameters and chance.random() < 0.7:
                case.path_parameters[name] = identifier
        headers = {name: str(value) for name, value in (case.headers or {}).items()}
        arguments = case.as_transport_kwargs(base_url="http://assay.test")
        sent = {**arguments["headers"], **headers, **caller.headers}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        response = caller.client.request(**{**arguments, "headers": sent})
        met.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    return ask
