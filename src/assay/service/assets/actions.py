"""What can be done with images, a function each."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.assets import store
from assay.service.assets.schemas import StrataResult
from assay.service.assets.tables import AssetRow, ImportRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.problems import ServiceError, check_version
from assay.service.projects import store as projects
from assay.service.settings import Settings
from assay.service.storage.blobs import Blob

#: Name of the kind of job that takes images in.
IMPORT = "import-images"

_MOST_UNKNOWN = 100


def import_upload(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    blob: Blob,
    file_name: str,
    tier: str,
    sequence: str | None,
) -> ImportRow:
    """Take in an archive of images, or one image, that was uploaded; the same again is known."""
    return _begin(session, actor, project_id, blob.digest, None, file_name, tier, sequence)


def import_folder(
    session: Session,
    actor: Actor,
    settings: Settings,
    project_id: str,
    *,
    folder: str,
    tier: str,
    sequence: str | None,
) -> ImportRow:
    """Take in a folder of the server, or a prefix ``s3://BUCKET/PREFIX``.

    Raises
    ------
    ServiceError
        When it is not within one that whoever runs the service allowed.
    """
    if folder.startswith("s3://"):
        place = _allowed_prefix(settings, folder)
        name = place.rpartition("/")[2]
    else:
        path = _allowed_folder(settings, folder)
        place, name = str(path), path.name
    return _begin(session, actor, project_id, None, place, name, tier, sequence)


def _allowed_folder(settings: Settings, folder: str) -> Path:
    place = Path(folder).resolve()
    allowed = [path.resolve() for path in settings.import_dirs]
    if not any(place.is_relative_to(path) for path in allowed) or not place.is_dir():
        raise ServiceError(
            "There is no such folder among those from which images may be imported. Whoever runs "
            "the service lists them in ASSAY_IMPORT_DIRS; upload an archive instead."
        )
    return place


def _allowed_prefix(settings: Settings, prefix: str) -> str:
    parts = prefix.removeprefix("s3://").rstrip("/").split("/")
    plain = not {"", ".", ".."} & set(parts)
    place = f"s3://{'/'.join(parts)}"
    allowed = [root.rstrip("/") for root in settings.import_buckets]
    if not plain or not any(f"{place}/".startswith(f"{root}/") for root in allowed):
        raise ServiceError(
            "This is none of the prefixes from which images may be imported. Whoever runs the "
            "service lists them in ASSAY_IMPORT_BUCKETS; upload an archive instead."
        )
    return place


def _begin(
    session: Session,
    actor: Actor,
    project_id: str,
    blob: str | None,
    folder: str | None,
    file_name: str,
    tier: str,
    sequence: str | None,
) -> ImportRow:
    projects.project(session, project_id)
    row = ImportRow(
        id=new_id("imp"),
        project_id=project_id,
        blob=blob,
        folder=folder,
        file_name=file_name,
        tier=tier,
        sequence=sequence,
        state="waiting",
        images=0,
        added=0,
        known=0,
        findings=[],
        created=clock.now(),
        ended=None,
    )
    # What is in a folder may have changed; what is in a blob has not.
    known = store.same_import(session, row) if blob else None
    if known is not None:
        return known
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"project": project_id, "sha256": blob, "tier": tier}
    record(session, actor, "images.import-begun", subject=row.id, facts=facts)
    key = f"{IMPORT} {row.id}"
    payload = {"import": row.id}
    enqueue(session, IMPORT, key=key, organisation=actor.organisation, payload=payload)
    return row


def change(
    session: Session,
    actor: Actor,
    project_id: str,
    identifier: str,
    *,
    expected: int,
    changes: Mapping[str, Any],
) -> AssetRow:
    """Put an image into another tier, or into other strata.

    Raises
    ------
    StaleError
        When somebody else has changed it since it was read.
    """
    row = store.asset(session, project_id, identifier)
    check_version(row.version, expected)
    if changes.get("tier"):
        row.tier = changes["tier"]
    if changes.get("strata"):
        row.strata = {**row.strata, **changes["strata"]}
    row.version += 1
    record(session, actor, "image.changed", subject=row.id, facts=dict(changes))
    return row


def set_strata(session: Session, actor: Actor, project_id: str, table: str) -> StrataResult:
    """Put images into strata by a CSV that names them.

    Raises
    ------
    ServiceError
        When it has no column ``item``, or no other.
    """
    projects.project(session, project_id)
    by_name = dict(_by_name(session, project_id))
    unknown: list[str] = []
    changed = 0
    for name, strata in _read_table(table):
        row = by_name.get(name)
        if row is None:
            unknown.append(name)
        elif {**row.strata, **strata} != row.strata:
            row.strata = {**row.strata, **strata}
            row.version += 1
            changed += 1
    facts: dict[str, Fact] = {"images": changed, "unknown": len(unknown)}
    record(session, actor, "images.strata-set", subject=project_id, facts=facts)
    return StrataResult(changed=changed, unknown=unknown[:_MOST_UNKNOWN])


def _by_name(session: Session, project_id: str) -> Iterator[tuple[str, AssetRow]]:
    """Yield images by their name without extension, then by their name."""
    rows = session.scalars(store.assets(project_id)).all()
    yield from ((item_name(row.name), row) for row in rows)
    yield from ((row.name, row) for row in rows)


def item_name(name: str) -> str:
    """Return the name of an image as labels call it: without its extension.

    Examples
    --------
    >>> item_name("night/0001.jpg")
    'night/0001'
    """
    head, dot, tail = name.rpartition(".")
    return head if dot and head and "/" not in tail else name


def _read_table(table: str) -> Iterator[tuple[str, dict[str, str]]]:
    rows = csv.DictReader(table.lstrip("\ufeff").splitlines())
    columns = list(rows.fieldnames or ())
    if "item" not in columns or len(columns) < 2 or len(columns) > 50:
        raise ServiceError(
            f"The table has the columns {', '.join(columns[:10]) or 'none'}. It needs `item`, and "
            "one for each stratum, such as `stratum` or `weather`."
        )
    for row in rows:
        strata = {
            column: str(row[column]).strip()[:100]
            for column in columns
            if column != "item" and column and row[column] and str(row[column]).strip()
        }
        yield str(row["item"] or "").strip(), strata
