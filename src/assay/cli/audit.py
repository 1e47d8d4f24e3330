"""``assay audit``: the log's export, its public key, and the verifier."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from assay.cli.extra import service_extra, settings_of
from assay.cli.output import STANDARD_OUTPUT, Outputs, open_whole, publish, say
from assay.errors import SourceError
from assay.formats.text_file import read_text

if TYPE_CHECKING:
    from rich.console import Console

    from assay.service.audit.verify import Verdict


def run_verify(log: Path, *, key: Path, anchors: str, endpoint: str, json: Path | None) -> None:
    """Verify, write what was asked for, and leave with 1 where the log was changed."""
    with service_extra():
        from assay.service.audit.anchors import AnchorStore
        from assay.service.audit.heads import PublicKey
        from assay.service.audit.verdict_document import verdict_document
        from assay.service.audit.verify import verify
        from assay.service.storage.opening import open_objects
    from assay.render.document import dump

    outputs = Outputs(json=json)
    outputs.check()
    public = PublicKey.parse(read_text(key, "public key"))
    known = AnchorStore(open_objects(anchors, endpoint=endpoint or None)).read(public)
    if not known.heads:
        raise SourceError(f"There is no signed head at {anchors}. Give the place of the anchors.")
    with _open_log(log) as lines:
        verdict = verify(lines, known)
    publish(
        outputs,
        json=lambda: dump(verdict_document(verdict)),
        terminal=lambda console: _show(verdict, console),
    )
    if not verdict.sound:
        raise typer.Exit(1)


def run_export(out: Path, *, data: Path | None) -> None:
    """Write the log's lines, a stretch at a time."""
    settings = settings_of(data)
    with service_extra():
        from assay.service.audit import store
        from assay.service.database import Database
    database = Database(settings.database)
    with database.reading() as session, open_whole(out) as file:
        for line in store.all_lines(session):
            file.write(f"{line}\n".encode())
    database.close()


def run_key(*, data: Path | None) -> None:
    """Print the public key."""
    settings = settings_of(data)
    with service_extra():
        from assay.service.audit.heads import SigningKey
        from assay.service.storage.secret_files import read_secret
    say(f"{SigningKey.parse(read_secret(settings.audit_key)).public.text}\n")


def run_accept_loss(*, data: Path | None) -> None:
    """Set aside the heads that the log does not reach, and say how many entries are lost."""
    settings = settings_of(data)
    with service_extra():
        from assay.service.audit.anchoring import signing_key
        from assay.service.audit.anchors import AnchorStore
        from assay.service.audit.loss import accept_loss
        from assay.service.database import Database
        from assay.service.storage.opening import open_objects
    database = Database(settings.database)
    anchors = AnchorStore(open_objects(settings.anchors, endpoint=settings.storage_endpoint))
    lost = accept_loss(database, anchors, signing_key(settings.audit_key).public)
    database.close()
    if not lost:
        say("Nothing is lost: the log reaches every signed head.\n")
        return
    say(f"{lost:,} entries are lost. The log says so, and goes on; the heads are set aside.\n")


@contextmanager
def _open_log(path: Path) -> Iterator[BinaryIO]:
    if path == STANDARD_OUTPUT:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(f"The log {path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def _show(verdict: "Verdict", console: "Console") -> None:
    from assay.render.console import line_of, print_lines
    from assay.service.audit.verdict_document import sentences

    head, *facts = sentences(verdict)
    console.print(line_of(head, "bold" if verdict.sound else "bold red"), soft_wrap=True)
    print_lines(console, facts)
