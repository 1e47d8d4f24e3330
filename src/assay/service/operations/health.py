"""Whether the service can do its work: its database, its storage, and its log."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from assay.service.audit.anchoring import Anchoring
from assay.service.database import Database
from assay.service.storage.blobs import Blobs

_LOG = structlog.get_logger(__name__)

#: A digest that no blob has: looking for it asks the storage without reading anything.
_NOWHERE = "0" * 64


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the service, and whether it works."""

    name: str
    well: bool


def look(database: Database, blobs: Blobs, anchoring: Anchoring) -> tuple[Part, ...]:
    """Return how each part is; what is wrong goes into the log and to nobody else."""
    return (
        _try("database", lambda: _ask(database)),
        _try("storage", lambda: blobs.has(_NOWHERE)),
        Part("audit", not anchoring.fault),
    )


def _try(name: str, ask: Callable[[], object]) -> Part:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        _LOG.error("unwell", part=name, exc_info=error)
        return Part(name, well=False)
    return Part(name, well=True)


def _ask(database: Database) -> None:
    with database.reading() as session:
        session.execute(text("SELECT 1"))
