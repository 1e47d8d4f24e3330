"""The log, for auditors: entries, the export that verifiers take, signed heads and proofs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from assay.service.actor import Actor
from assay.service.audit import actions, store
from assay.service.audit.anchoring import Anchoring
from assay.service.audit.chain import Entry
from assay.service.audit.heads import Head
from assay.service.audit.schemas import AuditEntry, AuditHead, AuditProof
from assay.service.audit.tables import EntryRow
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, stretch
from assay.service.problems import ServiceError
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, prefix="/audit", tags=["audit"])

Auditor = Annotated[Actor, Depends(Require("audit.read"))]
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="Entries after this number.")]
Wanted = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of an entry.")]


@router.get("/entries")
def list_entries(
    session: Transaction,
    _: Auditor,
    part: Annotated[Stretch, Depends(stretch)],
    actor: Wanted = None,
    action: Wanted = None,
    subject: Wanted = None,
) -> Page[AuditEntry]:
    """List what was done, oldest first: all, or by whom, what, and to what."""
    query = store.entries(
        after=_after(part.cursor),
        limit=part.limit + 1,
        actor=actor,
        action=action,
        subject=subject,
    )
    rows = list(session.scalars(query))
    listed = rows[: part.limit]
    more = str(listed[-1].sequence) if len(rows) > part.limit else None
    return Page(items=[_entry(row) for row in listed], next=more)


@router.get(
    "/log",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def export_log(
    session: Transaction,
    _: Auditor,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=10_000, description="At most so many lines.")] = 10_000,
) -> Response:
    """Export the log as it is stored, one entry a line; ask on after the last one's number."""
    lines = store.lines(session, after=after, limit=limit)
    return Response(
        "".join(f"{line}\n" for line in lines),
        media_type="application/x-ndjson",
        headers={"content-disposition": 'attachment; filename="audit-log.ndjson"'},
    )


@router.get("/head")
def show_head(request: Request, _: Auditor) -> AuditHead:
    """Show the newest signed head: keep it, and nobody rewrites the log before it unseen."""
    anchoring = _anchoring(request)
    head, note = actions.newest_head(anchoring.store, anchoring.key.public)
    return _head(anchoring, head, note)


@router.get("/entries/{sequence}/proof")
def prove_entry(session: Transaction, request: Request, _: Auditor, sequence: Number) -> AuditProof:
    """Prove that an entry is in the log that was signed, without showing any other."""
    anchoring = _anchoring(request)
    proof = actions.prove(session, anchoring.store, anchoring.key.public, sequence)
    return AuditProof(
        line=proof.line,
        index=proof.index,
        proof=[digest.hex() for digest in proof.proof],
        head=_head(anchoring, proof.head, proof.note),
    )


def _anchoring(request: Request) -> Anchoring:
    anchoring: Anchoring = request.app.state.anchoring
    return anchoring


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 9):
        raise ServiceError("This cursor is not one of ours. Take `next` as it was given.")
    return int(cursor)


def _entry(row: EntryRow) -> AuditEntry:
    entry = Entry.parse(row.line)
    return AuditEntry(
        sequence=entry.sequence,
        time=entry.event.time,
        actor=entry.event.actor,
        action=entry.event.action,
        subject=entry.event.subject,
        facts=dict(entry.event.facts),
        digest=entry.digest.hex(),
    )


def _head(anchoring: Anchoring, head: Head, note: str) -> AuditHead:
    return AuditHead(
        size=head.size, root=head.root.hex(), note=note, public_key=anchoring.key.public.text
    )
