"""What is put away while the service runs: files of crashes, answers that nobody repeats."""

import threading
from datetime import timedelta

import structlog
from sqlalchemy import delete

from assay.service import clock
from assay.service.database import Database
from assay.service.idempotency import AnswerRow
from assay.service.storage.blobs import Blobs

_LOG = structlog.get_logger(__name__)

#: How long the answer to an idempotency key is kept.
ANSWERS_KEPT = timedelta(days=7)

#: Seconds from the start to the first time, which is busy enough, and from then on.
_FIRST_S, _EVERY_S = 3_600.0, 86_400.0


class Housekeeping:
    """Puts away what is left over, by hand or every day in a thread.

    Parameters
    ----------
    database, blobs
        The service's.
    """

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs
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

    def put_away(self) -> tuple[int, int]:
        """Return how many files and how many answers were put away."""
        now = clock.now()
        files = self._blobs.collect(now)
        with self._database.writing() as session:
            old = delete(AnswerRow).where(AnswerRow.answered < now - ANSWERS_KEPT)
            answers = len(session.scalars(old.returning(AnswerRow.key)).all())
        return files, answers

    def _serve(self) -> None:
        seconds = _FIRST_S
        while not self._stopping.wait(seconds):
            seconds = _EVERY_S
            try:
                files, answers = self.put_away()
                _LOG.info("put-away", files=files, answers=answers)
            except Exception as error:  # noqa: BLE001 - it is tried again tomorrow
                _LOG.warning("not-put-away", exc_info=error)
