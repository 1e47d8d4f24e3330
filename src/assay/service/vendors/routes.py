"""The registry of vendors, their prices, requests for proposals, and quotes compared."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import Response as Bytes

from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.problems import NotFoundError
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.vendors import actions, proposals, store
from assay.service.vendors.pilot_facts import TIMES, newest_times, pilot_facts
from assay.service.vendors.schemas import (
    Agreement,
    AllPilotFacts,
    Asked,
    Certificate,
    Comparison,
    Failure,
    Gates,
    Marks,
    NewCertificate,
    NewComparison,
    NewProposalRequest,
    NewRateCard,
    NewVendor,
    PilotFacts,
    PilotFactsFound,
    Proposal,
    ProposalRequest,
    Proposals,
    Question,
    RateCard,
    ScorecardAnswer,
    Scored,
    ShareGiven,
    Suspension,
    Vendor,
    VendorChange,
)
from assay.service.vendors.tables import (
    CertificateRow,
    ComparisonRow,
    ProposalRequestRow,
    ProposalRow,
    RateCardRow,
)
from assay.sourcing.pilot_counts import PilotCounts

router = APIRouter(route_class=TransactionRoute, tags=["vendors"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("vendors.read"))]
Changer = Annotated[Actor, Depends(Require("vendors.change"))]
Pricer = Annotated[Actor, Depends(Require("prices.change"))]


@router.post("/vendors", status_code=201)
def add_vendor(session: Transaction, actor: Changer, response: Response, body: NewVendor) -> Vendor:
    """Add a vendor to the registry."""
    row = actions.add_vendor(session, actor, name=body.name)
    return _tagged(session, row, response)


@router.get("/vendors")
def list_vendors(session: Transaction, _: Reader, part: Listed) -> Page[Vendor]:
    """List the vendors."""
    by = (OrganisationRow.created, OrganisationRow.id)
    return page(session, store.vendors(), part, by=by, shown=lambda row: _vendor(session, row))


@router.get("/vendors/{vendor}")
def show_vendor(session: Transaction, _: Reader, vendor: str, response: Response) -> Vendor:
    """Show a vendor."""
    return _tagged(session, store.vendor(session, vendor), response)


@router.patch("/vendors/{vendor}")
def change_vendor(
    session: Transaction,
    actor: Changer,
    vendor: str,
    expected: ExpectedVersion,
    response: Response,
    body: VendorChange,
) -> Vendor:
    """Change what is known of a vendor."""
    changes = body.model_dump(exclude_none=True)
    actions.change_profile(session, actor, vendor, expected=expected, changes=changes)
    return _tagged(session, store.vendor(session, vendor), response)


@router.post("/vendors/{vendor}/suspension", status_code=201)
def suspend_vendor(session: Transaction, actor: Changer, vendor: str, body: Suspension) -> Vendor:
    """Let nobody of a vendor in any more; what it has done stays, and is paid as before."""
    return _vendor(session, actions.suspend(session, actor, vendor, reason=body.reason))


@router.delete("/vendors/{vendor}/suspension", status_code=204)
def readmit_vendor(session: Transaction, actor: Changer, vendor: str) -> None:
    """Let a vendor in again."""
    actions.readmit(session, actor, vendor)


@router.post("/vendors/{vendor}/certificates", status_code=201)
def claim_certificate(
    session: Transaction, actor: Changer, vendor: str, body: NewCertificate
) -> Certificate:
    """Add a certificate of a vendor."""
    return certificate(
        actions.claim_certificate(
            session, actor, vendor, name=body.name, expires_on=body.expires_on
        )
    )


@router.get("/vendors/{vendor}/certificates")
def list_certificates(
    session: Transaction, _: Reader, vendor: str, part: Listed
) -> Page[Certificate]:
    """List a vendor's certificates."""
    store.vendor(session, vendor)
    by = (CertificateRow.created, CertificateRow.id)
    return page(session, store.certificates(vendor), part, by=by, shown=certificate)


@router.put("/vendors/{vendor}/certificates/{identifier}/evidence")
def file_evidence(
    session: Transaction, request: Request, actor: Changer, vendor: str, identifier: str
) -> Certificate:
    """Keep the document of a certificate: the body is its bytes."""
    return certificate(keep_evidence(session, request, actor, vendor, identifier))


@router.get("/vendors/{vendor}/certificates/{identifier}/evidence", response_class=Bytes)
def show_evidence(
    session: Transaction, request: Request, _: Reader, vendor: str, identifier: str
) -> Bytes:
    """Download the document of a certificate."""
    row = store.certificate(session, vendor, identifier)
    if row.evidence is None:
        raise NotFoundError("evidence")
    content = request.app.state.blobs.read(row.evidence, limit=actions.EVIDENCE_BYTES)
    return attachment(content, "application/octet-stream", f"{row.id}.bin")


@router.post("/vendors/{vendor}/certificates/{identifier}/check", status_code=201)
def check_certificate(
    session: Transaction, actor: Changer, vendor: str, identifier: str
) -> Certificate:
    """Say that the evidence of a certificate was looked at and holds."""
    return certificate(actions.check_certificate(session, actor, vendor, identifier))


@router.post("/vendors/{vendor}/rate-cards", status_code=201)
def offer_card(session: Transaction, actor: Pricer, vendor: str, body: NewRateCard) -> RateCard:
    """Add a version of a vendor's rate card, as the vendor has stated it elsewhere."""
    return card(actions.offer_card(session, actor, vendor, table=body.model_dump()))


@router.get("/vendors/{vendor}/rate-cards")
def list_cards(session: Transaction, _: Reader, vendor: str, part: Listed) -> Page[RateCard]:
    """List the versions of a vendor's rate cards."""
    store.vendor(session, vendor)
    by = (RateCardRow.created, RateCardRow.id)
    return page(session, store.rate_cards(vendor), part, by=by, shown=card)


@router.post("/vendors/{vendor}/rate-cards/{identifier}/agreement", status_code=201)
def agree_card(
    session: Transaction, actor: Pricer, vendor: str, identifier: str, body: Agreement
) -> RateCard:
    """Agree to a version of a rate card: it prices work of the days on which it holds."""
    return card(actions.agree_card(session, actor, vendor, identifier, project_id=body.project))


@router.post("/projects/{project}/proposal-requests", status_code=201)
def draft_request(
    session: Transaction,
    actor: Changer,
    project: str,
    response: Response,
    body: NewProposalRequest,
) -> ProposalRequest:
    """Draft a request for proposals."""
    row = proposals.draft_request(
        session,
        actor,
        project,
        title=body.title,
        text=body.text,
        questions=[question.model_dump() for question in body.questions],
        gates=body.gates.model_dump(mode="json"),
        due=body.due,
    )
    return _request(session, row, response)


@router.get("/projects/{project}/proposal-requests")
def list_requests(
    session: Transaction, _: Reader, project: str, part: Listed
) -> Page[ProposalRequest]:
    """List a project's requests for proposals."""
    projects.project(session, project)
    by = (ProposalRequestRow.created, ProposalRequestRow.id)
    query = store.requests(project)
    return page(session, query, part, by=by, shown=lambda row: _request(session, row))


@router.get("/projects/{project}/proposal-requests/{identifier}")
def show_request(
    session: Transaction, _: Reader, project: str, identifier: str, response: Response
) -> ProposalRequest:
    """Show a request for proposals."""
    return _request(session, store.request(session, project, identifier), response)


@router.post("/projects/{project}/proposal-requests/{identifier}/vendors", status_code=201)
def ask_vendor(
    session: Transaction, actor: Changer, project: str, identifier: str, body: Asked
) -> ProposalRequest:
    """Ask a vendor."""
    row = proposals.ask_vendor(session, actor, project, identifier, vendor_id=body.vendor)
    return _request(session, row)


@router.post("/projects/{project}/proposal-requests/{identifier}/opening", status_code=201)
def open_request(
    session: Transaction, actor: Changer, project: str, identifier: str
) -> ProposalRequest:
    """Open a request to the vendors that are asked."""
    return _request(session, proposals.open_request(session, actor, project, identifier))


@router.post("/projects/{project}/proposal-requests/{identifier}/closing", status_code=201)
def close_request(
    session: Transaction, actor: Changer, project: str, identifier: str
) -> ProposalRequest:
    """Take no more answers."""
    return _request(session, proposals.close_request(session, actor, project, identifier))


@router.get("/projects/{project}/proposal-requests/{identifier}/proposals")
def list_proposals(session: Transaction, _: Reader, project: str, identifier: str) -> Proposals:
    """Show all answers to a request."""
    row = store.request(session, project, identifier)
    rows = store.proposals(session, row.id)
    names = actions.names(session, [entry.vendor_id for entry in rows])
    return Proposals(proposals=[_proposal(entry, names[entry.vendor_id]) for entry in rows])


@router.put("/projects/{project}/proposal-requests/{identifier}/proposals/{vendor}/marks")
def mark(
    session: Transaction, actor: Changer, project: str, identifier: str, vendor: str, body: Marks
) -> Proposal:
    """Mark a vendor's answers from 0 to 5."""
    row = proposals.mark(session, actor, project, identifier, vendor, marks=dict(body.marks))
    return _proposal(row, store.vendor(session, vendor).name)


@router.get("/projects/{project}/proposal-requests/{identifier}/scorecard")
def scorecard(session: Transaction, _: Reader, project: str, identifier: str) -> ScorecardAnswer:
    """Show how the vendors that answered fare: gates, then weighted marks."""
    scored = proposals.scores(session, project, identifier)
    times = newest_times(session, project)
    return ScorecardAnswer(
        vendors=[
            Scored(
                vendor=vendor_id,
                vendor_name=entry.vendor,
                score=None if entry.score is None else str(entry.score),
                eligible=entry.eligible,
                failures=[
                    Failure(gate=failure.gate, message=failure.message)
                    for failure in entry.failures
                ],
                unmarked=list(entry.unmarked),
                **{name: times.get(vendor_id, {}).get(name) for name in TIMES},
            )
            for vendor_id, entry in scored
        ]
    )


@router.get("/projects/{project}/pilots/{pilot}/quote-facts")
def quote_facts(session: Transaction, _: Reader, project: str, pilot: str) -> AllPilotFacts:
    """Count a pilot's images for each vendor, as a comparison of quotes takes them."""
    found = pilot_facts(session, project, pilot)
    names = actions.names(session, found)
    return AllPilotFacts(
        vendors=[
            PilotFactsFound(
                vendor=vendor,
                vendor_name=names[vendor],
                facts=_facts(counts),
                rework_basis=counts.basis,
            )
            for vendor, counts in found.items()
        ]
    )


@router.post("/projects/{project}/quote-comparisons", status_code=201)
def compare(session: Transaction, actor: Changer, project: str, body: NewComparison) -> Comparison:
    """Bring quotes to the expected cost of an accepted image, at volumes that may come."""
    return _comparison(
        proposals.compare(session, actor, project, assumed=body.model_dump(mode="json"))
    )


@router.get("/projects/{project}/quote-comparisons")
def list_comparisons(
    session: Transaction, _: Reader, project: str, part: Listed
) -> Page[Comparison]:
    """List the comparisons of quotes for a project."""
    projects.project(session, project)
    by = (ComparisonRow.created, ComparisonRow.id)
    return page(session, store.comparisons(project), part, by=by, shown=_comparison)


def _facts(counts: PilotCounts) -> PilotFacts:
    return PilotFacts(
        first_pass=ShareGiven(passed=counts.passed, images=counts.images),
        rework=ShareGiven(passed=counts.mended, images=counts.sent_back),
        pixels=f"{counts.pixels:f}",
        objects=f"{counts.objects:f}",
        vertices=f"{counts.vertices:f}",
        seconds=f"{counts.seconds:f}",
    )


def keep_evidence(
    session: Transaction, request: Request, actor: Actor, vendor: str, identifier: str
) -> CertificateRow:
    """Keep the body of a request as a certificate's evidence."""
    content: bytes = request._body  # noqa: SLF001 - read and counted at the edge
    blobs = request.app.state.blobs
    return actions.file_evidence(session, actor, blobs, vendor, identifier, content)


def attachment(content: bytes, media_type: str, name: str) -> Bytes:
    """Return bytes that no browser shows or guesses at."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Bytes(content, media_type=media_type, headers=headers)


def certificate(row: CertificateRow) -> Certificate:
    """Return a certificate as the buyer sees it."""
    return Certificate(
        id=row.id,
        vendor=row.vendor_id,
        name=row.name,
        expires_on=row.expires_on,
        evidence=row.evidence,
        checked_by=row.checked_by,
        checked=row.checked,
        created=row.created,
    )


def card(row: RateCardRow) -> RateCard:
    """Return a version of a rate card as the buyer sees it."""
    return RateCard(
        id=row.id,
        vendor=row.vendor_id,
        project=row.project_id,
        number=row.number,
        currency=row.currency,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        card=row.document,
        digest=row.digest,
        offered_by=row.offered_by,
        agreed_by=row.agreed_by,
        agreed=row.agreed,
        created=row.created,
    )


def _tagged(session: Transaction, row: OrganisationRow, response: Response) -> Vendor:
    shown = _vendor(session, row)
    tag(response, shown.version)
    return shown


def _vendor(session: Transaction, row: OrganisationRow) -> Vendor:
    known = store.profile(session, row.id)
    return Vendor(
        id=row.id,
        name=row.name,
        provider_type=known.provider_type,
        address=known.address,
        countries=known.countries,
        formats=known.formats,
        tools=known.tools,
        shapes=known.shapes,
        qa_layers=known.qa_layers,
        domains=known.domains,
        video=known.video,
        notes=known.notes,
        suspended=row.suspended,
        version=known.version,
    )


def _request(
    session: Transaction, row: ProposalRequestRow, response: Response | None = None
) -> ProposalRequest:
    if response is not None:
        tag(response, row.version)
    return ProposalRequest(
        id=row.id,
        project=row.project_id,
        title=row.title,
        text=row.text,
        questions=[Question(**question) for question in row.questions],
        gates=Gates(**row.gates),
        state=row.state,
        due=row.due,
        vendors=[entry.vendor_id for entry in store.proposals(session, row.id)],
        created=row.created,
        version=row.version,
    )


def _proposal(row: ProposalRow, name: str) -> Proposal:
    return Proposal(
        vendor=row.vendor_id,
        vendor_name=name,
        state=row.state,
        answers=row.answers,
        rate_card=row.rate_card_id,
        marks=row.marks,
        marked_by=row.marked_by,
        answered=row.answered,
    )


def _comparison(row: ComparisonRow) -> Comparison:
    return Comparison(
        id=row.id,
        project=row.project_id,
        assumed=NewComparison(**row.assumed),
        compared_by=row.compared_by,
        created=row.created,
        **row.found,
    )
