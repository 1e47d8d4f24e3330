"""Gold: right labels handed in by experts, settled by a second, hidden in batches."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.deliveries.schemas import findings
from assay.service.edge import (
    DetachedRoute,
    ExpectedVersion,
    Require,
    Transaction,
    TransactionRoute,
    in_transaction,
    tag,
)
from assay.service.gold import actions, store
from assay.service.gold.schemas import (
    Candidate,
    Candidates,
    CandidatesWanted,
    Exposure,
    Exposures,
    Gold,
    GoldChange,
    Pool,
    PoolStratum,
    Proposal,
    Retirement,
    VendorsShare,
)
from assay.service.gold.tables import ExposureRow, GoldRow, ProposalRow
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.receiving import ANY_BYTES, keep_body
from assay.service.review.pictures import map_png
from assay.service.schemas import Line, Page

router = APIRouter(route_class=TransactionRoute, prefix="/projects/{project}/gold", tags=["gold"])
uploads = APIRouter(route_class=DetachedRoute, prefix="/projects/{project}/gold", tags=["gold"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("gold.read"))]
Expert = Annotated[Actor, Depends(Require("gold.change"))]
State = Literal["proposed", "replaced", "active", "retired"]


@uploads.post("/proposals", status_code=201, openapi_extra=ANY_BYTES)
async def propose(
    request: Request,
    actor: Expert,
    project: str,
    ontology: Annotated[str, Query(max_length=64, description="Version of the classes.")],
    file_name: Annotated[Line, Query(description="Name of the archive.")],
    format: Annotated[  # noqa: A002 - the word users know
        str | None, Query(max_length=40, description="Format of the labels; found out if absent.")
    ] = None,
) -> Proposal:
    """Hand in labels that are held to be right: an archive of them is the body."""

    def check(session: Session) -> None:
        projects.ontology(session, project, ontology)

    def begin(session: Session) -> Proposal:
        row = actions.propose(
            session,
            actor,
            project,
            ontology_id=ontology,
            blob=blob,
            file_name=file_name,
            format=format,
        )
        return _proposal(row)

    await in_transaction(request, check, writes=False)
    blob = await keep_body(request)
    return await in_transaction(request, begin, writes=True)


@router.get("/proposals")
def list_proposals(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Proposal]:
    """List what experts have handed in."""
    projects.project(session, project)
    by = (ProposalRow.created, ProposalRow.id)
    return page(session, store.proposals(project), part, by=by, shown=_proposal)


@router.get("/proposals/{proposal}")
def show_proposal(session: Transaction, _: Reader, project: str, proposal: str) -> Proposal:
    """Show what became of labels that were handed in."""
    return _proposal(store.proposal(session, project, proposal))


@router.post("/candidates", status_code=201)
def draw_candidates(
    session: Transaction, actor: Expert, project: str, body: CandidatesWanted
) -> Candidates:
    """Draw the images that experts are to label as gold, so that nobody picks."""
    seed, rows = actions.draw_candidates(
        session,
        actor,
        project,
        size=body.size,
        tier=body.tier,
        handed_in_by=body.handed_in_by,
    )
    images = [
        Candidate(asset=row.id, name=row.name, stratum=str(row.strata.get("stratum", "")))
        for row in rows
    ]
    # A text: some readers of JSON round whole numbers of more than 53 bits.
    return Candidates(seed=str(seed), images=images)


@router.get("/pool")
def show_pool(session: Transaction, _: Reader, project: str) -> Pool:
    """Say how much gold each stratum has, and how much of it each vendor has left to see."""
    projects.project(session, project)
    strata = store.pool(session, project)
    active = sum(counts["active"] for counts in strata.values())
    return Pool(
        strata=[PoolStratum(stratum=name, **counts) for name, counts in sorted(strata.items())],
        vendors=[
            VendorsShare(vendor=vendor, seen=count, left=active - count)
            for vendor, count in sorted(store.seen(session, project).items())
        ],
    )


@router.get("")
def list_gold(
    session: Transaction,
    _: Reader,
    project: str,
    part: Listed,
    state: State | None = None,
    stratum: Annotated[str | None, Query(max_length=100)] = None,
    asset: Annotated[str | None, Query(max_length=64)] = None,
) -> Page[Gold]:
    """List gold, with how many vendors have seen each image."""
    projects.project(session, project)
    query = store.golds(project)
    for column, wanted in (
        (GoldRow.state, state),
        (GoldRow.stratum, stratum),
        (GoldRow.asset_id, asset),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    found = page(session, query, part, by=(GoldRow.created, GoldRow.id), shown=lambda row: row)
    counts = store.exposure_counts(session, [row.asset_id for row in found.items])
    return Page(items=[_gold(row, counts) for row in found.items], next=found.next)


@router.get("/{gold}")
def show_gold(session: Transaction, _: Reader, project: str, gold: str, response: Response) -> Gold:
    """Show a version of an image's right labels."""
    return _tagged(session, store.gold(session, project, gold), response)


@router.patch("/{gold}")
def move_gold(
    session: Transaction,
    actor: Expert,
    project: str,
    gold: str,
    expected: ExpectedVersion,
    response: Response,
    body: GoldChange,
) -> Gold:
    """Put gold into another stratum."""
    row = actions.move(session, actor, project, gold, expected=expected, stratum=body.stratum)
    return _tagged(session, row, response)


@router.post("/{gold}/agreement", status_code=201)
def agree(session: Transaction, actor: Expert, project: str, gold: str, response: Response) -> Gold:
    """Agree with labels that another expert proposed: from now on they are gold."""
    return _tagged(session, actions.agree(session, actor, project, gold), response)


@router.post("/{gold}/retirement", status_code=201)
def retire(
    session: Transaction,
    actor: Expert,
    project: str,
    gold: str,
    response: Response,
    body: Retirement,
) -> Gold:
    """Take labels out of force: they hide in no further batch."""
    row = actions.retire(session, actor, project, gold, body.reason)
    return _tagged(session, row, response)


@router.get("/{gold}/exposures")
def list_exposures(session: Transaction, _: Reader, project: str, gold: str) -> Exposures:
    """List the vendors that have seen the image."""
    row = store.gold(session, project, gold)
    query = store.exposures(row.asset_id).order_by(ExposureRow.created, ExposureRow.vendor_id)
    return Exposures(
        exposures=[
            Exposure(vendor=seen.vendor_id, batch=seen.batch_id, created=seen.created)
            for seen in session.scalars(query)
        ]
    )


@router.get(
    "/{gold}/labels", response_class=Response, responses={200: {"content": {"image/png": {}}}}
)
def show_labels(
    session: Transaction, _: Reader, request: Request, project: str, gold: str
) -> Response:
    """Show the labels in the colours of their classes."""
    row = store.gold(session, project, gold)
    blobs = request.app.state.blobs
    picture = map_png(session, blobs, ontology_id=row.ontology_id, labels=row.labels)
    headers = {"content-disposition": f'attachment; filename="{row.id}.png"'}
    return Response(picture, headers=headers, media_type="image/png")


def _tagged(session: Session, row: GoldRow, response: Response) -> Gold:
    tag(response, row.version)
    return _gold(row, store.exposure_counts(session, [row.asset_id]))


def _gold(row: GoldRow, counts: Mapping[str, int]) -> Gold:
    return Gold(
        id=row.id,
        project=row.project_id,
        asset=row.asset_id,
        ontology=row.ontology_id,
        number=row.number,
        stratum=row.stratum,
        state=row.state,
        label_digest=row.label_digest,
        proposed_by=row.proposed_by,
        settled_by=row.settled_by,
        alike=row.alike,
        exposures=counts.get(row.asset_id, 0),
        created=row.created,
        version=row.version,
    )


def _proposal(row: ProposalRow) -> Proposal:
    return Proposal(
        id=row.id,
        project=row.project_id,
        ontology=row.ontology_id,
        file_name=row.file_name,
        format=row.format,
        state=row.state,
        proposed=row.proposed,
        agreed=row.agreed,
        known=row.known,
        findings=findings(row.findings),
        proposed_by=row.proposed_by,
        created=row.created,
        ended=row.ended,
    )
