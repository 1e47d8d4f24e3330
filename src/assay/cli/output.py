"""Where results go: files that appear whole, standard output, the terminal."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from assay.delivery import Finding, Severity
from assay.errors import ParameterError, SourceError

#: Standard output, as the argument of an option that takes a file.
STANDARD_OUTPUT = Path("-")

_SEVERITIES = tuple(Severity)


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all; ``-`` is standard output."""
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text)
        return
    if not path.parent.is_dir():
        raise SourceError(f"There is no folder {path.parent} to write {path.name} into. Make it.")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        # mkstemp makes files private; a report has the rights of any new file.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_fail_on(fail_on: str) -> None:
    """Raise ParameterError where the limit is no severity, before any work is done."""
    if fail_on not in (*_SEVERITIES, "never"):
        raise ParameterError(f"--fail-on is {fail_on!r}; give error, warning, info or never.")


def exit_by_findings(findings: Sequence[Finding], fail_on: str) -> None:
    """Leave with exit code 1 where a finding is at least as severe as the limit."""
    if fail_on == "never":
        return
    severe = _SEVERITIES[: _SEVERITIES.index(Severity(fail_on)) + 1]
    if any(finding.severity in severe for finding in findings):
        raise typer.Exit(1)


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, and nothing in a pipe; also say when kernels are compiled."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        # Refreshed by the updates themselves: a refreshing thread must not exist when workers fork.
        auto_refresh=False,
    ) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            bar.refresh()

        yield advance


def make_folder(path: Path) -> None:
    """Make a folder for results, where there is none; its own folder must exist."""
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        raise SourceError(f"{path} is a file. Give a folder for the results.") from None
    except OSError as error:
        raise SourceError(f"The folder {path} cannot be made ({error.strerror}).") from error
