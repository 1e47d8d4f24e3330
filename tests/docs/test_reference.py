"""Reference pages are written from the code and do not lag behind it."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from assay.cli.catalogue import specs
from assay.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
GENERATED: dict[str, str] = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))["pages"]()


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command by its whole name, also those of groups in the group."""
    for name, command in group.commands.items():
        yield before + name, command
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")


COMMANDS: dict[str, Any] = dict(commands(typer.main.get_command(app)))


def test_there_is_a_page_for_each_kind_and_no_other() -> None:
    committed = {path for path in REFERENCE.rglob("*") if path.is_file()}
    assert {path.relative_to(REFERENCE).as_posix() for path in committed} == set(GENERATED)


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_the_committed_page_equals_what_the_code_says_now(name: str) -> None:
    committed = (REFERENCE / name).read_text(encoding="utf-8")
    assert committed == GENERATED[name], "Run: python docs/make_reference.py"


def test_everything_that_can_be_explained_has_a_section_with_its_advice() -> None:
    titles = {
        title
        for text in GENERATED.values()
        for title in re.findall(r"^## (\S+)$", text, flags=re.MULTILINE)
    }
    assert {spec.name for _, spec in specs()} <= titles


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_of_a_command_stands_in_its_section_with_a_text(command: str) -> None:
    _, _, after = GENERATED["commands.md"].partition(f"## {command}\n")
    section, _, _ = after.partition("\n## ")
    for param in COMMANDS[command].params:
        shown = param.opts[-1] if param.param_type_name == "option" else param.name.upper()
        row = re.search(rf"^\| `?.*{re.escape(shown)}`.*$", section, flags=re.MULTILINE)
        assert row is not None, shown
        assert param.help
        assert param.help in row[0].replace("\\|", "|")


def test_every_summary_is_one_line_and_every_advice_says_something() -> None:
    for kind, spec in specs():
        assert "\n" not in spec.summary, spec.name
        assert len(spec.advice) > 40, (kind, spec.name)
