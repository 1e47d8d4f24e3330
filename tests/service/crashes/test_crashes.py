"""Killed at a named point, the server has lost nothing that it acknowledged and did nothing twice.

The study kills it at every point, several times, on both databases; here some points suffice.
"""

from pathlib import Path

import pytest
from studies.crash_harness import copied, trial
from studies.crashes import COMMAND_POINTS, HOUSEKEEPING_POINTS, SERVER_POINTS
from studies.fault_migrations import COMMITTED
from studies.story import Case

from assay.service.crashing import CRASH_POINTS
from service.crashes.preparing import Prepared, prepare


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("crashes")
    return prepare(folder / "data", folder, None)


@pytest.mark.parametrize(
    ("point", "times"),
    [("job-applied", 1)],
)
def test_acknowledged_work_survives(
    prepared: Prepared, tmp_path: Path, point: str, times: int
) -> None:
    folder = copied(prepared.folder, tmp_path / "data")
    outcome = trial(Case.of(prepared, folder), point, times)
    assert outcome.killed
    assert (outcome.lost, outcome.duplicates, outcome.paid_twice) == (0, 0, 0)
    assert outcome.sound


def test_every_point_is_killed_at() -> None:
    known = {*SERVER_POINTS, *COMMAND_POINTS, *HOUSEKEEPING_POINTS, COMMITTED}
    assert known == set(CRASH_POINTS)
