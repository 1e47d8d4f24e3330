"""The story of a purchase told to a service while something under it fails.

The service runs in this process. Each refusal must be a problem that says what to do; then what
failed works again, and the client goes on as documented. At the end everything is counted.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol
from unittest.mock import patch

import httpx2
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assay.service import clock
from assay.service.app import create_app
from assay.service.audit import store as log
from assay.service.audit.verify import verify
from assay.service.deliveries.judging import Order
from assay.service.operations.backup import check_backup, make_backup
from assay.service.outages import is_outage
from assay.service.programs import run_program
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.storage.local import LocalObjects
from assay.service.storage.objects import INCOMING
from studies.crash_harness import copied
from studies.story import Case, Memory, count_lost, examine, tell

if TYPE_CHECKING:
    from assay.service.audit.anchoring import Anchoring
    from service.crashes.preparing import Prepared

#: How often a client sends the same again before it gives up.
_PATIENCE = 12


class StuckError(AssertionError):
    """What failed works again, and the story still comes to no end."""


class Fault(Protocol):
    """Something that fails until it is healed."""

    def begin(self) -> None:
        """Be told that the service runs."""

    def heal(self) -> None:
        """Work again."""


@dataclass
class Survival:
    """What a service did while something failed.

    Parameters
    ----------
    refusals
        Answers that said to try again.
    waits
        Times that a job waited for what failed.
    wrong
        Answers that are none of these, and errors that nobody should see.
    lost
        Acknowledged things that were not there, looked for after each refusal and at the end.
    twice, paid_twice
        What was done more than once.
    sound
        Whether the audit log is what its anchors say.
    left
        Files that were half written and are still there.
    """

    refusals: int = 0
    waits: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    twice: int = 0
    paid_twice: int = 0
    sound: bool = False
    left: int = 0

    @property
    def well(self) -> bool:
        """Return whether nothing was lost, done twice, broken or answered wrongly."""
        broken = self.wrong or self.lost or self.twice or self.paid_twice or self.left
        return self.sound and not broken


def survive(case: Case, fault: Fault, *, backup: bool = False, **settings: Any) -> Survival:
    """Tell the whole story while something fails, and count.

    Parameters
    ----------
    case
        The service.
    fault
        What fails; it is healed after the first refusal.
    backup
        Whether a backup is made at the end, and checked.
    settings
        More settings of the service.
    """
    seen, memory = Survival(), Memory()
    with _travelling() as skip, _served(case, settings) as (app, client):

        def work() -> None:
            try:
                busy = app.state.worker.do_next()
            except Exception as error:  # noqa: BLE001 - a worker's thread goes on as well
                _note(seen, error)
                busy = False
            if not busy:
                # A job waits until what failed works again, or until its lease has ended.
                seen.waits += 1
                if seen.waits > _PATIENCE:
                    raise StuckError(f"No verdict ever comes: {seen}")
                fault.heal()
                app.state.worker.sweep()
                skip(31)

        def refused(error: Exception) -> None:
            _note(seen, error)
            fault.heal()
            seen.lost += count_lost(case, client, memory)

        fault.begin()
        _persist(lambda: tell(case, client, memory, work), refused)
        _persist(app.state.anchoring.anchor, refused)
        if backup:
            _persist(lambda: _back_up(case, app, seen), refused)
        fault.heal()
        seen.lost += count_lost(case, client, memory)
        _examine(case, app, memory, seen)
    return seen


def _persist(do: Callable[[], object], refused: Callable[[Exception], None]) -> None:
    for _ in range(_PATIENCE):
        try:
            do()
        except StuckError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is noted
            refused(error)
        else:
            return
    raise StuckError("It was refused again and again.")


def _note(seen: Survival, error: Exception) -> None:
    """Count a refusal that says to try again; keep any other."""
    if not isinstance(error, httpx2.HTTPStatusError):
        if is_outage(error):
            seen.refusals += 1
        else:
            seen.wrong.append(f"{type(error).__name__}: {error}")
        return
    answer = error.response
    kind = answer.headers.get("content-type", "")
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and kind == "application/problem+json":
        seen.refusals += 1
    else:
        seen.wrong.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")


def _back_up(case: Case, app: FastAPI, seen: Survival) -> None:
    place = LocalObjects(case.folder / "backups")
    blobs: Blobs = app.state.blobs
    manifest = make_backup(app.state.database, blobs, place, _silent)
    seen.wrong += check_backup(Blobs(place, blobs.keyring), manifest, _silent).faults


def _silent(_done: int, _all: int) -> None:
    """Be told of progress, and say nothing."""


def _examine(case: Case, app: FastAPI, memory: Memory, seen: Survival) -> None:
    blobs: Blobs = app.state.blobs
    with app.state.database.reading() as session:
        told = examine(session, case, memory)
        lines = [line.encode() for line in log.all_lines(session)]
    seen.twice, seen.paid_twice = told.twice, told.paid_twice
    anchoring: Anchoring = app.state.anchoring
    verdict = verify(lines, anchoring.store.read(anchoring.key.public))
    seen.sound = verdict.sound and verdict.anchored == verdict.entries
    seen.left = len(list(blobs.objects.list(INCOMING)))
    for digest in {*blobs.digests(), *told.blobs}:
        blobs.check(digest)


class Judged:
    """What the judging program found, so that it need not run in every trial.

    Parameters
    ----------
    folder
        Where it is remembered.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, order: Order, file: Path) -> None:
        """Do as the program did the first time."""
        if not self._folder.exists():
            run_program(order, file)
            shutil.copytree(order.out, self._folder)
            return
        file.write_text(order.to_json(), encoding="utf-8")
        shutil.copytree(self._folder, order.out, dirs_exist_ok=True)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Put it in the program's place for a while."""
        with patch("assay.service.deliveries.jobs.run_program", self):
            yield


class Ground:
    """A prepared service, its copies for each trial, and what its delivery is judged to be."""

    def __init__(self, home: Path, prepared: "Prepared") -> None:
        self._home = home
        self._prepared = prepared
        self._judged = Judged(home / token_hex(6))

    @property
    def data(self) -> Path:
        """Return the folder that is copied."""
        return self._prepared.folder

    @contextmanager
    def case(self, folder: Path | None = None, *, judging: bool = False) -> Iterator[Case]:
        """Copy the service for one trial; its temporary files lie beside its data."""
        home = folder or self._home / token_hex(6)
        (home / "tmp").mkdir(parents=True)
        kept, tempfile.tempdir = tempfile.tempdir, str(home / "tmp")
        copied(self._prepared.folder, home / "data")
        try:
            with nullcontext() if judging else self._judged.used():
                yield Case.of(self._prepared, home / "data")
        finally:
            tempfile.tempdir = kept
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _served(case: Case, more: Mapping[str, Any]) -> Iterator[tuple[FastAPI, httpx2.Client]]:
    settings = Settings(
        data_dir=case.folder,
        database_url=case.database_url,
        workers=0,
        item_workers=1,
        anchor_seconds=0,
        publish_seconds=0,
        **more,
    )
    app = create_app(settings)
    base = "http://assay.test/api/v1"
    # Nobody reads what the service logs, and tracebacks are slow to draw.
    quiet = structlog.testing.capture_logs()
    client = TestClient(app, base_url=base, raise_server_exceptions=False)
    with quiet, client:
        yield app, client


@contextmanager
def _travelling() -> Iterator[Callable[[float], None]]:
    """Let time skip."""
    skipped = timedelta()

    def now() -> datetime:
        return datetime.now(UTC) + skipped

    def skip(seconds: float) -> None:
        nonlocal skipped
        skipped += timedelta(seconds=seconds)

    def elapsed() -> float:
        return time.monotonic() + skipped.total_seconds()

    with patch.multiple(clock, now=now, elapsed=elapsed):
        yield skip
