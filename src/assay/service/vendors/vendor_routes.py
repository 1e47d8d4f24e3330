"""What a vendor's manager does: its profile, certificates, prices, and answers to requests."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from assay.service.actor import Actor
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.headers import PAGE_HEADERS
from assay.service.paging import Stretch, page, stretch
from assay.service.projects.pages import page_of
from assay.service.schemas import Page
from assay.service.vendors import actions, proposals, store
from assay.service.vendors.routes import keep_evidence
from assay.service.vendors.schemas import NewCertificate, NewRateCard, ProfileChange
from assay.service.vendors.tables import (
    CertificateRow,
    ProposalRequestRow,
    RateCardRow,
)
from assay.service.vendors.vendor_schemas import (
    AskedGates,
    AskedQuestion,
    NewAnswer,
    OwnCertificate,
    OwnProfile,
    OwnRateCard,
    OwnRequest,
)

router = APIRouter(route_class=TransactionRoute, prefix="/vendor", tags=["vendor"])

Listed = Annotated[Stretch, Depends(stretch)]
Manager = Annotated[Actor, Depends(Require("quotes.own"))]


@router.get("/profile")
def show_profile(session: Transaction, actor: Manager, response: Response) -> OwnProfile:
    """Show what the buyer knows of your organisation by your own word."""
    return _profile(session, actor, response)


@router.patch("/profile")
def change_profile(
    session: Transaction,
    actor: Manager,
    expected: ExpectedVersion,
    response: Response,
    body: ProfileChange,
) -> OwnProfile:
    """Change what your organisation says of itself."""
    changes = body.model_dump(exclude_none=True)
    actions.change_profile(session, actor, actor.organisation, expected=expected, changes=changes)
    return _profile(session, actor, response)


@router.post("/certificates", status_code=201)
def claim_certificate(session: Transaction, actor: Manager, body: NewCertificate) -> OwnCertificate:
    """Claim a certificate; upload its evidence next."""
    row = actions.claim_certificate(
        session, actor, actor.organisation, name=body.name, expires_on=body.expires_on
    )
    return _certificate(row)


@router.get("/certificates")
def list_certificates(session: Transaction, actor: Manager, part: Listed) -> Page[OwnCertificate]:
    """List your certificates."""
    by = (CertificateRow.created, CertificateRow.id)
    query = store.certificates(actor.organisation)
    return page(session, query, part, by=by, shown=_certificate)


@router.put("/certificates/{identifier}/evidence")
def file_evidence(
    session: Transaction, request: Request, actor: Manager, identifier: str
) -> OwnCertificate:
    """Upload the document of a certificate: the body is its bytes."""
    return _certificate(keep_evidence(session, request, actor, actor.organisation, identifier))


@router.post("/rate-cards", status_code=201)
def offer_card(session: Transaction, actor: Manager, body: NewRateCard) -> OwnRateCard:
    """Offer a version of your rate card; it holds once the buyer agrees."""
    return _card(actions.offer_card(session, actor, actor.organisation, table=body.model_dump()))


@router.get("/rate-cards")
def list_cards(session: Transaction, actor: Manager, part: Listed) -> Page[OwnRateCard]:
    """List the versions of your rate cards."""
    by = (RateCardRow.created, RateCardRow.id)
    return page(session, store.rate_cards(actor.organisation), part, by=by, shown=_card)


@router.get("/proposal-requests")
def list_requests(session: Transaction, actor: Manager, part: Listed) -> Page[OwnRequest]:
    """List the requests for proposals that you were asked by."""
    by = (ProposalRequestRow.created, ProposalRequestRow.id)
    query = store.requests_to(actor.organisation)
    return page(session, query, part, by=by, shown=lambda row: _request(session, actor, row))


@router.get("/proposal-requests/{identifier}")
def show_request(session: Transaction, actor: Manager, identifier: str) -> OwnRequest:
    """Show a request for proposals with your answer."""
    row = store.request_to(session, actor.organisation, identifier)
    return _request(session, actor, row)


@router.get("/proposal-requests/{identifier}/guideline", response_class=HTMLResponse)
def show_guideline(
    session: Transaction, actor: Manager, request: Request, identifier: str
) -> HTMLResponse:
    """Show the guideline in force, as one page, while you are asked for a proposal."""
    guideline = proposals.guideline_of(session, actor, identifier)
    return HTMLResponse(page_of(session, request.app.state.blobs, guideline), headers=PAGE_HEADERS)


@router.put("/proposal-requests/{identifier}/answer")
def answer(session: Transaction, actor: Manager, identifier: str, body: NewAnswer) -> OwnRequest:
    """Answer a request, or answer it anew while it is open."""
    proposals.answer(
        session, actor, identifier, answers=dict(body.answers), rate_card=body.rate_card
    )
    return _request(session, actor, store.request_to(session, actor.organisation, identifier))


@router.post("/proposal-requests/{identifier}/refusal", status_code=201)
def decline(session: Transaction, actor: Manager, identifier: str) -> OwnRequest:
    """Decline to answer a request."""
    proposals.decline(session, actor, identifier)
    return _request(session, actor, store.request_to(session, actor.organisation, identifier))


def _profile(session: Transaction, actor: Actor, response: Response) -> OwnProfile:
    known = store.profile(session, actor.organisation)
    tag(response, known.version)
    return OwnProfile(
        name=store.vendor(session, actor.organisation).name,
        provider_type=known.provider_type,
        address=known.address,
        countries=known.countries,
        formats=known.formats,
        tools=known.tools,
        shapes=known.shapes,
        qa_layers=known.qa_layers,
        domains=known.domains,
        video=known.video,
        version=known.version,
    )


def _certificate(row: CertificateRow) -> OwnCertificate:
    return OwnCertificate(
        id=row.id,
        name=row.name,
        expires_on=row.expires_on,
        evidence=row.evidence,
        checked=row.checked is not None,
        created=row.created,
    )


def _card(row: RateCardRow) -> OwnRateCard:
    return OwnRateCard(
        id=row.id,
        project=row.project_id,
        number=row.number,
        currency=row.currency,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        card=row.document,
        digest=row.digest,
        agreed=row.agreed,
        created=row.created,
    )


def _request(session: Transaction, actor: Actor, row: ProposalRequestRow) -> OwnRequest:
    own = store.proposal(session, row.id, actor.organisation)
    return OwnRequest(
        id=row.id,
        title=row.title,
        text=row.text,
        questions=[
            AskedQuestion(name=question["name"], text=question["text"])
            for question in row.questions
        ],
        gates=AskedGates(**row.gates),
        state=row.state,
        due=row.due,
        answer=own.state,
        answers=own.answers,
        rate_card=own.rate_card_id,
        answered=own.answered,
    )
