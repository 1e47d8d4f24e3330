"""Signing heads while the service runs, and noticing that the log is not what was anchored.

The tree is grown from what was anchored, never from what the database says of old entries: a log
that was rewritten, or an old database that was put back, is noticed before the next head is signed.
"""

import secrets
import threading
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from assay.errors import AuditError
from assay.service import clock
from assay.service.audit.anchors import AnchorStore, Latest
from assay.service.audit.chain import Entry, Tip
from assay.service.audit.heads import SigningKey
from assay.service.audit.merkle import Frontier
from assay.service.audit.tables import EntryRow
from assay.service.database import Database
from assay.service.settings import Settings
from assay.service.storage.opening import open_objects
from assay.service.storage.secret_files import make_secret, read_secret

_LOG = structlog.get_logger(__name__)

#: Entries read at a time.
_STRETCH = 5_000


class Anchoring:
    """Signs the log's heads, by hand or every so often in a thread.

    Parameters
    ----------
    database
        Holds the log.
    store
        Where heads are kept.
    key
        Signs them.
    """

    def __init__(self, database: Database, store: AnchorStore, key: SigningKey) -> None:
        self.store = store
        self.key = key
        #: What is wrong with the log; empty while nothing is.
        self.fault = ""
        self._database = database
        self._tree: Frontier | None = None
        self._tip = Tip()
        # Digests that no head counts yet.
        self._fresh: list[bytes] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def of(cls, settings: Settings, database: Database) -> "Anchoring":
        """Return the anchoring that settings ask for; the first start makes the key."""
        objects = open_objects(settings.anchors, endpoint=settings.storage_endpoint)
        return cls(database, AnchorStore(objects), signing_key(settings.audit_key))

    @property
    def anchored(self) -> int:
        """Return how many entries the newest head known here counts."""
        return 0 if self._tree is None else self._tree.size - len(self._fresh)

    def anchor(self) -> None:
        """Sign the log as it is now, if anything happened since the last head.

        Raises
        ------
        AuditError
            When the log is not the one that was anchored; nothing is signed.
        StorageError
            When heads can be neither read nor kept.
        """
        with self._lock:
            try:
                self._grow()
                self._keep()
            except AuditError as error:
                self.fault = str(error)
                # What is known starts from the anchors again, for somebody may put things right.
                self._tree, self._tip, self._fresh = None, Tip(), []
                raise
            self.fault = ""

    def start(self, seconds: float) -> None:
        """Sign every so often, in a thread of its own."""
        self._thread = threading.Thread(
            target=self._serve, args=(seconds,), name="anchors", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Sign for a last time, and stop."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._try()

    def _serve(self, seconds: float) -> None:
        self._try()
        while not self._stopping.wait(seconds):
            self._try()

    def _try(self) -> None:
        try:
            self.anchor()
        except AuditError as error:
            _LOG.critical("audit-log-broken", fault=str(error))
        except Exception as error:  # noqa: BLE001 - what is away for a moment ends no thread
            _LOG.error("audit-not-anchored", exc_info=error)

    def _grow(self) -> None:
        """Follow the log to its end, from where it was left."""
        latest = self.store.latest(self.key.public)
        if self._tree is None:
            self._begin(latest)
        with self._database.reading() as session:
            if not _holds(session, self._tip):
                raise AuditError(
                    f"The log has no entry {self._tip.size} any more, or another one: it was "
                    f"rewritten or cut, or an old database was put back. {_WAY_OUT}"
                )
            while entries := _entries_after(session, self._tip.size):
                for entry in entries:
                    self._follow(entry)
                    if latest is not None and self._size == latest.tree.size:
                        self._compare(latest.tree.root)
        if latest is not None and self._size < latest.tree.size:
            raise AuditError(
                f"The log has {self._size} entries, but a signed head counts {latest.tree.size}. "
                f"Its end was cut off, or an old database was put back. {_WAY_OUT}"
            )

    def _begin(self, latest: Latest | None) -> None:
        """Take what was anchored as the beginning."""
        self._tree, self._tip, self._fresh = Frontier(), Tip(), []
        if latest is not None:
            self._tree, self._tip = latest.tree, Tip(latest.tree.size, latest.tip)

    def _follow(self, entry: Entry) -> None:
        assert self._tree is not None  # noqa: S101 - begun before
        if (entry.sequence, entry.previous) != (self._tip.size + 1, self._tip.digest):
            raise AuditError(
                f"Entry {self._tip.size + 1} of the log does not follow the one before it, as it "
                f"was anchored. {_WAY_OUT}"
            )
        self._tree, self._tip = self._tree.grow(entry.digest), entry.tip
        self._fresh.append(entry.digest)

    @property
    def _size(self) -> int:
        return 0 if self._tree is None else self._tree.size

    def _compare(self, root: bytes) -> None:
        assert self._tree is not None  # noqa: S101 - begun before
        if self._tree.root != root:
            raise AuditError(
                f"The first {self._size} entries of the log are not those that were signed. "
                f"{_WAY_OUT}"
            )
        # Another process has anchored these.
        self._fresh = []

    def _keep(self) -> None:
        if self._tree is None or not self._fresh:
            return
        self.store.keep(self.key, self._tree, self._fresh, clock.now())
        self._fresh = []


def signing_key(path: Path) -> SigningKey:
    """Return the key of a file, made with a new name for the log where there is none."""
    if not path.exists():
        make_secret(path, SigningKey.generate(f"assay-{secrets.token_hex(6)}").text + "\n")
    return SigningKey.parse(read_secret(path))


def _holds(session: Session, tip: Tip) -> bool:
    """Return whether the log has its entry of that number, and so all before it, unchanged."""
    row = session.get(EntryRow, tip.size) if tip.size else None
    return tip == Tip() or (row is not None and Entry.parse(row.line).digest == tip.digest)


def _entries_after(session: Session, sequence: int) -> list[Entry]:
    query = select(EntryRow.line).where(EntryRow.sequence > sequence)
    lines = session.scalars(query.order_by(EntryRow.sequence).limit(_STRETCH))
    return [Entry.parse(line) for line in lines]


_WAY_OUT = (
    "Run `assay audit export` and `assay audit verify` to see where, and restore the database "
    "from a backup."
)
