"""The README works as printed, and so does every example of the documentation."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUICKSTART = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "docs").rglob("*.md"))
RUNNABLE = re.compile(r"<!-- runnable -->\n```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def runnable_commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the output that the text promises."""
    for block in RUNNABLE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def shape(output: str) -> str:
    """Return an output without its numbers and line breaks: both may shift a little."""
    return " ".join(re.sub(r"[-−+]?\d[\d,.]*\d|\d", "#", output).split())


def assay(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from assay.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *shlex.split(arguments)],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the demo's pilot lies, as after ``make demo`` but smaller.

    The numbers are others than in the README then; the words are the same.
    """
    folder = tmp_path_factory.mktemp("readme")
    made = assay("simulate demo --height 128 --width 256", folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.parametrize(("command", "promised"), list(runnable_commands(README)))
def test_every_runnable_command_of_the_readme_prints_what_it_promises(
    command: str, promised: str, folder: Path
) -> None:
    program, _, arguments = command.partition(" ")
    assert program == "assay"
    done = assay(arguments, folder)
    assert done.returncode == 0, done.stderr
    said = re.sub(r"^Compiling kernels.*\n", "", done.stderr, flags=re.MULTILINE)
    assert shape(said + done.stdout) == shape(promised)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if RUNNABLE.search(page.read_text(encoding="utf-8"))],
    ids=lambda page: page.stem,
)
def test_the_runnable_commands_of_a_page_succeed_one_after_the_other(
    page: Path, folder: Path, tmp_path: Path
) -> None:
    """Each page starts beside the demo's pilot, in a folder of its own; 1 and 3 are verdicts."""
    shutil.copytree(folder / "demo", tmp_path / "demo")
    for command, _ in runnable_commands(page.read_text(encoding="utf-8")):
        program, _, arguments = command.partition(" ")
        assert program == "assay", command
        done = assay(arguments, tmp_path)
        assert done.returncode in {0, 1, 3}, f"{command}\n{done.stderr}"
        assert "Traceback" not in done.stderr, f"{command}\n{done.stderr}"


def test_the_python_example_of_the_quickstart_runs(folder: Path) -> None:
    example = re.search(r"^```python\n(.*?)^```$", QUICKSTART, re.DOTALL | re.MULTILINE)
    assert example is not None
    command = [sys.executable, "-c", example[1]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Score(value=0.")


def test_evaluate_pilot_convert_and_explain_have_an_example() -> None:
    shown = {command.split()[1] for command, _ in runnable_commands(README)}
    assert {"evaluate", "pilot", "convert", "explain"} <= shown
