"""What is put away while the service runs: what crashes left, and what nobody needs any more.

A stored file is needed while its SHA-256 stands in a row of any table; only the log, the queue and
the list of unneeded files do not count. So an area that adds a column need not think of this, and a
mistake keeps a file too long, but never loses one.

A file goes when nobody has put it for :data:`SETTLED`, nothing referred to it at two looks a day
apart, and no job waits that is older: a transaction that is about to refer to a file has put it,
and has long ended. Whoever puts the same bytes again at that moment is safe as well
(:mod:`assay.service.storage.blobs`).
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.audit.tables import EntryRow
from assay.service.database import Database
from assay.service.deliveries.tables import PartRow, UploadRow
from assay.service.idempotency import AnswerRow
from assay.service.jobs.tables import JobRow
from assay.service.operations.backup import in_hands, snapshot
from assay.service.operations.metrics import Metrics
from assay.service.operations.rows import write_rows
from assay.service.operations.tables import UnneededRow
from assay.service.storage.blobs import Blobs
from assay.service.tables import METADATA
from assay.service.uploads import LAPSED

_LOG = structlog.get_logger(__name__)

#: How long the answer to an idempotency key is kept.
ANSWERS_KEPT = timedelta(days=7)

#: After so long an upload that nobody goes on with lapses, and whatever refers to a file has been
#: committed: no request and no attempt of a job takes nearly as long.
SETTLED = timedelta(days=7)

#: Between the look at which nothing refers to a file and the one at which it goes.
BETWEEN_LOOKS = timedelta(days=1)

#: Seconds from the start to the first time, which is busy enough, and from then on.
_FIRST_S, _EVERY_S = 3_600.0, 86_400.0

#: Tables in which a digest is no reference.
_SILENT = frozenset({EntryRow.__tablename__, JobRow.__tablename__, UnneededRow.__tablename__})
_DIGEST = re.compile(rb"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class PutAway:
    """How much was put away.

    Parameters
    ----------
    answers
        Answers that were kept for an ``Idempotency-Key``.
    parts
        Parts of uploads that are done or lapsed.
    files
        Stored files that nothing refers to.
    fragments
        Objects that crashes left without a name.
    """

    answers: int
    parts: int
    files: int
    fragments: int


class Housekeeping:
    """Puts away what is left over, by hand or every day in a thread.

    Parameters
    ----------
    database, blobs, metrics
        The service's.
    """

    def __init__(self, database: Database, blobs: Blobs, metrics: Metrics) -> None:
        self._database = database
        self._blobs = blobs
        self._metrics = metrics
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin, an hour from now."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is being put away is put away."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def put_away(self) -> PutAway:
        """Put away what nobody needs."""
        now = clock.now()
        with self._database.writing() as session:
            settled = _settled(session, now)
            answers = _forget_answers(session, now)
            parts = _forget_parts(session, settled)
        files = self._discard_unneeded(now, settled)
        done = PutAway(answers, parts, files, self._blobs.collect(now))
        self._metrics.note_put_away(asdict(done), now)
        return done

    def _discard_unneeded(self, now: datetime, settled: datetime) -> int:
        """Discard files that nothing refers to, and note those that are to be looked at again."""
        with snapshot(self._database) as session:
            needed = set(_references(session))
        unneeded = {digest for digest in self._blobs.untouched(settled) if digest not in needed}
        with self._database.writing() as session:
            known = {row.digest: row for row in session.scalars(select(UnneededRow))}
            for digest in known.keys() - unneeded:
                session.delete(known[digest])
            session.add_all(UnneededRow(digest=new, since=now) for new in unneeded - known.keys())
        again = [known[digest] for digest in unneeded & known.keys()]
        goes = [row.digest for row in again if row.since <= now - BETWEEN_LOOKS]

        def discard(digest: str) -> bool:
            return self._blobs.discard(digest, untouched_since=settled)

        return sum(in_hands(goes, discard, lambda _done, _all: None))

    def _serve(self) -> None:
        seconds = _FIRST_S
        while not self._stopping.wait(seconds):
            seconds = _EVERY_S
            try:
                _LOG.info("put-away", **asdict(self.put_away()))
            except Exception as error:  # noqa: BLE001 - it is tried again tomorrow
                _LOG.warning("not-put-away", exc_info=error)


def _settled(session: Session, now: datetime) -> datetime:
    """Return the moment before which whatever was going on has ended."""
    waiting = select(func.min(JobRow.created)).where(JobRow.state.in_(("queued", "running")))
    return min(now, session.scalar(waiting) or now) - SETTLED


def _forget_answers(session: Session, now: datetime) -> int:
    old = delete(AnswerRow).where(AnswerRow.answered < now - ANSWERS_KEPT)
    return len(session.scalars(old.returning(AnswerRow.key)).all())


def _forget_parts(session: Session, settled: datetime) -> int:
    """Forget the parts of uploads that are done: the whole is a file of its own."""
    old = UploadRow.touched < settled
    session.execute(update(UploadRow).where(old, UploadRow.state == "open").values(state=LAPSED))
    uploads = select(UploadRow.id).where(old)
    gone = delete(PartRow).where(PartRow.upload_id.in_(uploads))
    return len(session.scalars(gone.returning(PartRow.upload_id)).all())


def _references(session: Session) -> Iterator[str]:
    """Yield every word of the database that may be the name of a file."""
    for table in METADATA.sorted_tables:
        if table.name not in _SILENT:
            for row in write_rows(session, table):
                yield from (word.decode() for word in _DIGEST.findall(row))
