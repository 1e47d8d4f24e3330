"""``assay formats`` and ``assay explain``: everything that has a name says what it is."""

import pytest

import assay
from assay.cli.catalogue import specs
from assay.formats import FORMATS
from cli.conftest import Run
from cli.running import run_process

NAMES = sorted({spec.name for _, spec in specs()})


def test_every_format_is_one_line(run: Run) -> None:
    lines = [line.split("\t") for line in run("formats").out.splitlines()]
    assert [line[0] for line in lines] == list(FORMATS.names())
    assert all(len(line) == 3 and line[2] for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_explained(run: Run, name: str) -> None:
    outcome = run("explain", name)
    assert outcome.code == 0
    assert outcome.out.startswith(f"# {name} (")
    assert len(outcome.out.split()) >= 12


def test_hyphens_and_underscores_name_the_same(run: Run) -> None:
    assert run("explain", "mean-iou").out == run("explain", "mean_iou").out
    assert run("explain", "Index_PNG").out == run("explain", "index-png").out


def test_what_the_package_may_say_of_itself() -> None:
    assert run_process("--version").out == f"{assay.__version__}\n"
    outcome = run_process("--help")
    assert outcome.code == 0
    for command in ("evaluate", "pilot", "convert", "formats", "explain", "simulate", "demo"):
        assert f"\n  {command} " in outcome.out
    assert "Exit codes: 0 done, 1 findings above the limit set, 2 wrong use." in outcome.out


@pytest.mark.parametrize(
    "command", ["evaluate", "pilot", "convert", "formats", "explain", "simulate", "demo"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    outcome = run(command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: assay {command}")
