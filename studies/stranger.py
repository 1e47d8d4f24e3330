"""Whether a stranger who knows the API's description alone meets a fault."""

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from secrets import token_hex

from staging.postgresql import named, postgresql_server, say
from studies.study import Study, table

TEXT = """
Schemathesis reads the API's description (`/api/v1/openapi.json`) and makes up {examples} requests
for every operation, some with ids of things that are there, as an admin and, for what vendors may
call, as a vendor. Every answer is held against the description: its status, its type and its
schema must be described, and none may be a 5xx.

{table}

{verdict}

What is left to the service's own tests: whether a request that fits the schema is also sensible. A
budget in a currency that no rate card has is refused with a problem, and should be.
"""


def run(*, quick: bool) -> Study:
    """Be a stranger on both databases."""
    examples = 2 if quick else 30
    tests = str(Path(__file__).resolve().parents[1] / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)
    rows, faults = [], []
    with postgresql_server() as address:
        name = f"s_{token_hex(6)}"
        say(address, f"CREATE DATABASE {name}")
        for kind, url in (("SQLite", None), ("PostgreSQL", named(address, name))):
            row, found = _meet(kind, url, examples)
            rows.append(row)
            faults += found
    titles = ["Database", "Operations", "Requests", "2xx", "4xx", "5xx", "Not as described"]
    verdict = "Nothing failed, and nothing was answered that is not described."
    if faults:
        verdict = "\n".join(f"* {fault.splitlines()[0]}" for fault in faults)
    text = TEXT.format(examples=examples, table=table(titles, rows), verdict=verdict)
    return Study("A stranger at the API", text)


def _meet(kind: str, url: str | None, examples: int) -> tuple[list[object], list[str]]:
    from fastapi.testclient import TestClient

    from assay.service.app import create_app
    from assay.service.settings import Settings
    from service.house import House
    from service.stranger import stranger

    with tempfile.TemporaryDirectory(prefix="stranger") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = Settings(
            data_dir=Path(folder) / "data",
            database_url=url,
            workers=0,
            anchor_seconds=0,
            logins_per_minute=10_000,
        )
        app = create_app(settings)
        with TestClient(app, base_url="http://assay.test") as client:
            met = stranger(House.furnish(app, client), examples)
    classes = Counter[int]()
    for status, number in met.statuses.items():
        classes[status // 100] += number
    row: list[object] = [kind, met.operations, f"{met.statuses.total():,}"]
    row += [f"{classes[each]:,}" for each in (2, 4, 5)]
    return [*row, len(met.faults)], met.faults
