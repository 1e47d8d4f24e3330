"""The acceptance and planning pages promise what commands print on the demo at full size."""

from pathlib import Path

import pytest

from docs.test_readme import assay, runnable_commands, shape

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo's pilot, at full size: smaller images score less."""
    folder = tmp_path_factory.mktemp("acceptance")
    made = assay("simulate demo", folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize("page", ["acceptance.md", "planning.md"])
def test_commands_print_what_the_page_promises(page: str, folder: Path) -> None:
    for command, promised in runnable_commands((DOCS / page).read_text(encoding="utf-8")):
        if promised:
            done = assay(command.removeprefix("assay "), folder)
            assert done.returncode == 0, done.stderr
            assert shape(done.stdout) == shape(promised)
