"""What a kind of job is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from assay.service.database import Database
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs


@dataclass(frozen=True)
class Workbench:
    """What a job may use.

    Parameters
    ----------
    database
        For reading while it works.
    blobs
        Stored bytes.
    settings
        Choices of whoever runs the service.
    """

    database: Database
    blobs: Blobs
    settings: Settings


@dataclass(frozen=True)
class JobKind:
    """A kind of job, in two halves.

    Parameters
    ----------
    name, summary
        What it is called, and what it does in one line.
    work
        The long half: reads, computes, writes blobs by their content, and changes nothing in the
        database. It may run twice when a worker dies.
    apply
        The short half: writes what ``work`` returned, in the transaction that ends the job, so it
        takes effect once.
    give_up
        Told, in a transaction, that the last attempt failed; says so where people will see it.
    attempts
        How often it is tried before it is set aside.
    """

    name: str
    summary: str
    work: Callable[[Workbench, Mapping[str, Any]], Any]
    apply: Callable[[Session, Mapping[str, Any], Any], None]
    give_up: Callable[[Session, Mapping[str, Any], str], None] | None = None
    attempts: int = 3
