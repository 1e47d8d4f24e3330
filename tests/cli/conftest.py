"""One small simulated pilot, and the command in this process and in one of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.simulate.pilot import simulate_pilot
from cli.running import Outcome, run_here

#: Runs the command with arguments, in this process.
Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pilot of four images; to be read only."""
    folder = tmp_path_factory.mktemp("cli") / "pilot"
    simulate_pilot(folder, images=4, height=64, width=128, seed=3)
    return folder


@pytest.fixture
def pilot(simulated: Path, tmp_path: Path) -> Path:
    """A copy of the pilot that a test may spoil."""
    return Path(shutil.copytree(simulated, tmp_path / "pilot"))


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    return lambda *arguments: run_here(arguments, capfdbinary, monkeypatch)
