"""Where results go: files that appear whole, standard output, the terminal."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from assay.delivery import Finding, Severity
from assay.errors import ParameterError, SourceError

if TYPE_CHECKING:
    from rich.console import Console

#: Standard output, as the argument of an option that takes a file.
STANDARD_OUTPUT = Path("-")

_SEVERITIES = tuple(Severity)


@dataclass(frozen=True)
class Outputs:
    """Where a command's results go; None for a form that nobody asked for.

    Parameters
    ----------
    json, html, csv
        Files, or ``-`` for standard output.
    others
        Where the command writes further forms by itself.
    """

    json: Path | None = None
    html: Path | None = None
    csv: Path | None = None
    others: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every place that results go to."""
        forms = (self.json, self.html, self.csv)
        return (*(path for path in forms if path is not None), *self.others)

    def check(self) -> None:
        """Raise where results could not be written, before any work is done.

        Raises
        ------
        ParameterError
            When two results would go to one place.
        SourceError
            When a path is a folder, or lies in none.
        """
        for path in self.paths:
            if self.paths.count(path) > 1:
                raise ParameterError(f"Two results would go to {path}. Give each its own file.")
            if path != STANDARD_OUTPUT:
                _check_file(path)


def publish(
    outputs: Outputs,
    *,
    terminal: Callable[["Console"], None],
    json: Callable[[], str],
    html: Callable[[], str] | None = None,
    csv: Callable[[], str] | None = None,
) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken.

    Each form is a function, called only where it is wanted, so that a run pays for the renderers
    that it uses.
    """
    for path, form in ((outputs.json, json), (outputs.html, html), (outputs.csv, csv)):
        if path is not None and form is not None:
            write_text(path, form())
    if STANDARD_OUTPUT not in outputs.paths:
        terminal(make_console())


def _check_file(path: Path) -> None:
    try:
        folder = path.is_dir()
    except OSError as error:
        raise SourceError(f"{path} cannot be written ({error.strerror}).") from error
    if folder:
        raise SourceError(f"{path} is a folder. Give the name of a file.")
    if not path.parent.is_dir():
        raise SourceError(f"There is no folder {path.parent} to write {path.name} into. Make it.")


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all; ``-`` is standard output."""
    if path == STANDARD_OUTPUT:
        say(text, encoding="utf-8")
        return
    with open_whole(path) as file:
        file.write(text.encode())


@contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is there whole when the block ends, or not at all; ``-`` as above."""
    if path == STANDARD_OUTPUT:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            drop_output()
        return
    _check_file(path)
    try:
        with _replacing(path) as file:
            yield file
    except OSError as error:
        raise SourceError(
            f"{path} cannot be written ({error.strerror}). Check room and permissions."
        ) from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        # mkstemp makes files private; a report has the rights of any new file.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def say(text: str, *, encoding: str = "") -> None:
    """Write to standard output: by default in its own encoding, with what that lacks escaped."""
    data = text.encode(encoding or sys.stdout.encoding, "backslashreplace")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Write the rest to nowhere: who reads a pipe may stop, and the exit code still counts."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def make_console() -> "Console":
    """Return the console on standard output; a reader that goes away does not end the command."""
    # Not at the top: rich takes a tenth of a second, and JSON in a pipe needs none of it.
    from rich.console import Console

    # What an encoding such as ASCII lacks is escaped; it must not end a finished judgement.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")

    class Forgiving(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            drop_output()

    return Forgiving()


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
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
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
        console=Console(stderr=True),
        transient=True,
        # Refreshed by the updates themselves: a refreshing thread must not exist when workers fork.
        auto_refresh=False,
    ) as bar:
        task = bar.add_task(title, total=None)
        shown = 0.0

        def advance(done: int, total: int) -> None:
            nonlocal shown
            bar.update(task, completed=done, total=total)
            # Ten times a second is enough for eyes; drawing costs more than judging a small image.
            if done == total or bar.get_time() - shown > 0.1:
                shown = bar.get_time()
                bar.refresh()

        yield advance


def check_folder(path: Path) -> None:
    """Raise SourceError where no folder for results could be made, before any work is done."""
    if path.is_file():
        raise SourceError(f"{path} is a file. Give a folder for the results.")
    if not path.parent.is_dir():
        raise SourceError(f"There is no folder {path.parent} to make {path.name} in. Make it.")


def make_folder(path: Path) -> None:
    """Make a folder for results, where there is none; its own folder must exist."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise SourceError(f"The folder {path} cannot be made ({error.strerror}).") from error
