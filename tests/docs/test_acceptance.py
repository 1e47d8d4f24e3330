"""The worked examples of the acceptance pages run as printed."""

from pathlib import Path

import pytest

from docs.test_readme import assay, runnable_commands, shape

DOCS = Path(__file__).resolve().parents[2] / "docs"
ACCEPTANCE = list(runnable_commands((DOCS / "acceptance.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo's pilot, at full size: smaller images score less."""
    folder = tmp_path_factory.mktemp("acceptance")
    made = assay("simulate demo", folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_every_command_of_the_acceptance_page_runs_in_turn(folder: Path) -> None:
    for command, promised in ACCEPTANCE:
        done = assay(command.removeprefix("assay "), folder)
        assert done.returncode == 0, done.stderr
        if promised:
            assert shape(done.stdout) == shape(promised)
    assert (folder / "verdicts.csv").read_text().startswith("item,")
