"""The job that packs a batch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy.orm import Session

from assay.service.actor import SYSTEM
from assay.service.assets.reencoding import encoding_of
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches import store
from assay.service.batches.life import move
from assay.service.batches.packing import Assignment, write_package
from assay.service.batches.tables import BatchRow
from assay.service.jobs import enqueue
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.projects import store as projects
from assay.service.projects.tables import GuidelineRow, OntologyRow, PictureRow, ProjectRow
from assay.service.storage.objects import PIECE
from assay.sourcing.lives import BatchState, BatchStep

#: Name of the kind of job that packs a batch.
PACK = "pack-batch"


def pack(session: Session, batch: BatchRow) -> None:
    """Have a batch's present round packed."""
    enqueue(
        session,
        PACK,
        key=f"{PACK} {batch.id} {batch.round}",
        organisation="buyer",
        payload={"batch": batch.id, "round": batch.round},
    )


@dataclass(frozen=True)
class _Task:
    """What the job must know, read before the long work begins."""

    assignment: Assignment
    pictures: Mapping[str, str]
    images: Mapping[str, str]


def work(bench: Workbench, payload: Mapping[str, Any]) -> str:
    """Write the package and keep it; return its digest."""
    with bench.database.reading() as session:
        task = _task(session, payload)

    def files(digests: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        return ((name, b"".join(bench.blobs.get(digest))) for name, digest in digests.items())

    with TemporaryFile(prefix="assay-packing-") as file:
        write_package(file, task.assignment, files(task.pictures), files(task.images))
        file.seek(0)
        return bench.blobs.put(iter(lambda: file.read(PIECE), b"")).digest


def _task(session: Session, payload: Mapping[str, Any]) -> _Task:
    batch = session.get_one(BatchRow, payload["batch"])
    guideline = session.get_one(GuidelineRow, batch.guideline_id)
    items = store.items_of_round(session, batch)
    shown = projects.pictures(session, guideline.id)
    pictures = {f"pictures/{number:02}.jpg": row for number, row in enumerate(shown, 1)}
    assignment = Assignment(
        batch=batch.id,
        encoding=encoding_of(session.get_one(ProjectRow, batch.project_id).image_encoding),
        format=batch.format,
        ontology=session.get_one(OntologyRow, batch.ontology_id).document,
        guideline=_readable(session, guideline, pictures),
        guideline_number=guideline.number,
        pictures=tuple(pictures),
        images=[(item.alias, asset.height, asset.width) for item, asset in items],
    )
    return _Task(
        assignment,
        {name: picture.blob for name, picture in pictures.items()},
        {item.alias: asset.outgoing for item, asset in items},
    )


def _readable(session: Session, guideline: GuidelineRow, pictures: Mapping[str, PictureRow]) -> str:
    """Return a guideline as Markdown, with the cases that it settles and its pictures."""
    cases = "".join(
        f"\n### {case.title}\n\n{case.ruling.strip()}\n"
        for case in projects.edge_cases(session, guideline.id)
    )
    shown = "".join(
        f"\n{row.class_name}, {'right' if row.right else 'wrong'}: {row.caption}\n\n![]({name})\n"
        for name, row in pictures.items()
    )
    parts = [f"{guideline.text.rstrip()}\n"]
    parts += [f"\n## Settled cases\n{cases}"] if cases else []
    parts += [f"\n## Pictures\n{shown}"] if shown else []
    return "".join(parts)


def apply(session: Session, payload: Mapping[str, Any], digest: str) -> None:
    """Put the package into the batch, unless another round has begun or it was cancelled."""
    batch = session.get_one(BatchRow, payload["batch"], with_for_update=True)
    if batch.round != payload["round"] or batch.state == BatchState.CANCELLED:
        return
    batch.package = digest
    if batch.state == BatchState.DRAWN:
        move(session, SYSTEM, batch, BatchStep.PACK)
    facts: dict[str, Fact] = {"round": batch.round, "sha256": digest}
    record(session, SYSTEM, "batch.package-ready", subject=batch.id, facts=facts)


PACK_BATCH = JobKind(
    name=PACK,
    summary="Writes the archive that a vendor takes: images, guideline, classes, and a list.",
    work=work,
    apply=apply,
)
