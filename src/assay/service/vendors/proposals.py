"""What can be done with requests for proposals, and how their quotes compare."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, ServiceError
from assay.service.projects import store as projects
from assay.service.projects.tables import GuidelineRow
from assay.service.vendors import actions, store, values
from assay.service.vendors.tables import ComparisonRow, ProposalRequestRow, ProposalRow
from assay.sourcing import (
    Demand,
    PilotFacts,
    Quote,
    ScoredVendor,
    Share,
    Volume,
    compare_quotes,
    ranked,
)
from assay.sourcing.lives import REQUEST_LIFE, RequestState, RequestStep
from assay.sourcing.quote import QuoteComparison, QuoteFigure
from assay.sourcing.residency import residency_faults


def draft_request(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    title: str,
    text: str,
    questions: list[dict[str, Any]],
    gates: dict[str, Any],
    due: datetime,
) -> ProposalRequestRow:
    """Draft a request for proposals."""
    projects.project(session, project_id)
    values.scorecard(questions, gates)
    row = ProposalRequestRow(
        id=new_id("rfp"),
        project_id=project_id,
        title=title,
        text=text,
        questions=questions,
        gates=gates,
        state=REQUEST_LIFE.beginning,
        due=due,
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    record(session, actor, "request.drafted", subject=row.id, facts={"project": project_id})
    return row


def ask_vendor(
    session: Session, actor: Actor, project_id: str, identifier: str, *, vendor_id: str
) -> ProposalRequestRow:
    """Ask a vendor; one that is asked already stays asked once."""
    row = store.request(session, project_id, identifier, lock=True)
    store.vendor(session, vendor_id)
    REQUEST_LIFE.after(row.state, RequestStep.ASK, by=actor.kind)
    if vendor_id not in {entry.vendor_id for entry in store.proposals(session, row.id)}:
        proposal = ProposalRow(
            id=new_id("pro"),
            request_id=row.id,
            vendor_id=vendor_id,
            state="asked",
            answers={},
            rate_card_id=None,
            marks={},
            marked_by=None,
            answered=None,
            created=clock.now(),
            version=1,
        )
        session.add(proposal)
        session.flush()
        record(session, actor, "vendor.asked", subject=row.id, facts={"vendor": vendor_id})
    return row


def open_request(
    session: Session, actor: Actor, project_id: str, identifier: str
) -> ProposalRequestRow:
    """Open a request to the vendors that are asked.

    Raises
    ------
    StateError
        When it is no draft.
    ConflictError
        When nobody is asked, or it is due already.
    """
    row = store.request(session, project_id, identifier, lock=True)
    asked = store.proposals(session, row.id)
    state = REQUEST_LIFE.after(row.state, RequestStep.OPEN, by=actor.kind)
    if not asked:
        raise ConflictError("Nobody is asked. Name 3 to 5 vendors first.")
    if row.due <= clock.now():
        raise ConflictError(f"This request was due on {row.due:%Y-%m-%d}. Draft one that is not.")
    _move(session, actor, row, state, {"vendors": [entry.vendor_id for entry in asked]})
    return row


def close_request(
    session: Session, actor: Actor, project_id: str, identifier: str
) -> ProposalRequestRow:
    """Take no more answers."""
    row = store.request(session, project_id, identifier, lock=True)
    state = REQUEST_LIFE.after(row.state, RequestStep.CLOSE, by=actor.kind)
    _move(session, actor, row, state, {})
    return row


def _move(
    session: Session,
    actor: Actor,
    row: ProposalRequestRow,
    state: RequestState,
    facts: Mapping[str, Fact],
) -> None:
    row.state = state
    row.version += 1
    record(session, actor, f"request.{state}", subject=row.id, facts=facts)


def answer(
    session: Session, actor: Actor, identifier: str, *, answers: dict[str, str], rate_card: str
) -> ProposalRow:
    """Answer a request, or answer it anew while it is open.

    Raises
    ------
    StateError
        When it is not open.
    ConflictError
        When its time has run out.
    ServiceError
        When a question is not answered, or answered that was not asked.
    """
    row = _open_request(session, actor, identifier)
    asked = [str(question["name"]) for question in row.questions]
    missing = [name for name in asked if not answers.get(name, "").strip()]
    unknown = sorted(set(answers) - set(asked))
    if missing or unknown:
        raise ServiceError(
            f"Answer each of {', '.join(asked)}: "
            + "; ".join(
                part
                for part in (
                    missing and f"{', '.join(missing)} has no answer",
                    unknown and f"{', '.join(unknown)} was not asked",
                )
                if part
            )
            + "."
        )
    card = store.rate_card(session, actor.organisation, rate_card)
    proposal = store.proposal(session, row.id, actor.organisation)
    proposal.state = "answered"
    proposal.answers = answers
    proposal.rate_card_id = card.id
    # What was marked was another answer.
    proposal.marks, proposal.marked_by = {}, None
    proposal.answered = clock.now()
    proposal.version += 1
    record(session, actor, "request.answered", subject=row.id, facts={"rate_card": card.digest})
    return proposal


def decline(session: Session, actor: Actor, identifier: str) -> ProposalRow:
    """Decline to answer."""
    row = _open_request(session, actor, identifier)
    proposal = store.proposal(session, row.id, actor.organisation)
    if proposal.state != "declined":
        proposal.state = "declined"
        proposal.version += 1
        record(session, actor, "request.declined", subject=row.id)
    return proposal


def _open_request(session: Session, actor: Actor, identifier: str) -> ProposalRequestRow:
    row = store.request_to(session, actor.organisation, identifier, lock=True)
    REQUEST_LIFE.after(row.state, RequestStep.ANSWER, by=actor.kind)
    if row.due <= clock.now():
        raise ConflictError("This request takes no more answers. Ask the buyer to open another.")
    return row


def mark(
    session: Session,
    actor: Actor,
    project_id: str,
    identifier: str,
    vendor_id: str,
    *,
    marks: dict[str, int],
) -> ProposalRow:
    """Mark the answers of a vendor; further marks add to those that there are."""
    row = store.request(session, project_id, identifier, lock=True)
    proposal = store.proposal(session, row.id, vendor_id)
    if proposal.state != "answered":
        raise ConflictError(f"This vendor has {proposal.state}, not answered. There is no answer.")
    merged = {**proposal.marks, **marks}
    _scored(session, row, proposal, merged)
    proposal.marks, proposal.marked_by = merged, actor.user
    proposal.version += 1
    facts: dict[str, Fact] = {"vendor": vendor_id, "marks": marks}
    record(session, actor, "answers.marked", subject=row.id, facts=facts)
    return proposal


def scores(
    session: Session, project_id: str, identifier: str
) -> tuple[tuple[str, ScoredVendor], ...]:
    """Return how the vendors that answered fare, best first, with their identifiers."""
    row = store.request(session, project_id, identifier)
    answered = [entry for entry in store.proposals(session, row.id) if entry.state == "answered"]
    by_vendor = {entry.vendor_id: _scored(session, row, entry, entry.marks) for entry in answered}
    identifiers = {id(scored): vendor_id for vendor_id, scored in by_vendor.items()}
    return tuple((identifiers[id(scored)], scored) for scored in ranked(list(by_vendor.values())))


def guideline_of(session: Session, actor: Actor, identifier: str) -> GuidelineRow:
    """Return the guideline in force of a project about which a vendor is asked.

    Raises
    ------
    ConflictError
        When the request is closed, no guideline is published, or its pictures may not go where the
        vendor works.
    """
    row = store.request_to(session, actor.organisation, identifier)
    if row.state != RequestState.OPEN:
        raise ConflictError("This request is closed, and its guideline with it.")
    project = projects.project(session, row.project_id)
    vendor = store.vendor(session, actor.organisation)
    profile = values.profile_value(vendor.name, store.profile(session, vendor.id), ())
    if any(residency_faults(project.sensitivity, project.countries, profile)):
        raise ConflictError(
            "The guideline shows pictures that may go only where the project allows it, and "
            "nothing says so of you. State your countries at /api/v1/vendor/profile, or ask the "
            "buyer."
        )
    guideline = projects.guideline_in_force(session, project.id)
    if guideline is None:
        raise ConflictError("No guideline is published yet. Ask the buyer when it will be.")
    return guideline


def _scored(
    session: Session, row: ProposalRequestRow, proposal: ProposalRow, marks: Mapping[str, int]
) -> ScoredVendor:
    vendor = store.vendor(session, proposal.vendor_id)
    profile = values.profile_value(
        vendor.name,
        store.profile(session, vendor.id),
        session.scalars(store.certificates(vendor.id)),
    )
    return values.scorecard_value(row).judge(profile, marks, clock.now().date())


def compare(
    session: Session, actor: Actor, project_id: str, *, assumed: dict[str, Any]
) -> ComparisonRow:
    """Bring quotes to expected cost per accepted image, and keep what came out.

    Parameters
    ----------
    assumed
        As :class:`assay.service.vendors.schemas.NewComparison` has it.
    """
    project = projects.project(session, project_id)
    stated = {quote["vendor"]: quote for quote in assumed["quotes"]}
    if len(stated) < len(assumed["quotes"]):
        raise ServiceError("A vendor is quoted twice. Compare one card of each.")
    names = actions.names(session, stated)
    quotes = [
        Quote(
            vendor_id,
            values.card_value(store.rate_card(session, vendor_id, quote["rate_card"])),
            _facts(quote["facts"]),
        )
        for vendor_id, quote in stated.items()
    ]
    found = compare_quotes(quotes, _demand(assumed))
    if found.currency != project.currency:
        raise ConflictError(
            f"The quotes are in {found.currency}, the project in {project.currency}. Ask for "
            f"cards in {project.currency}."
        )
    row = ComparisonRow(
        id=new_id("cmp"),
        project_id=project_id,
        assumed=assumed,
        found=_comparison_facts(found, names),
        compared_by=actor.user,
        created=clock.now(),
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {
        "project": project_id,
        "per_image": {figure.vendor: str(figure.per_image) for figure in found.figures},
    }
    record(session, actor, "quotes.compared", subject=row.id, facts=facts)
    return row


def _demand(assumed: Mapping[str, Any]) -> Demand:
    return Demand(
        tuple(
            Volume(volume["images"], Decimal(volume["probability"]))
            for volume in assumed["volumes"]
        ),
        assumed["batch_size"],
        assumed["periods"],
        Decimal(assumed["look_cost"]),
        Decimal(assumed["look_share"]),
    )


def _facts(stated: Mapping[str, Any]) -> PilotFacts:
    return PilotFacts(
        first_pass=Share.of(stated["first_pass"]["passed"], stated["first_pass"]["images"]),
        rework=Share.of(stated["rework"]["passed"], stated["rework"]["images"]),
        pixels=Decimal(stated["pixels"]),
        objects=Decimal(stated["objects"]),
        vertices=Decimal(stated["vertices"]),
        seconds=Decimal(stated["seconds"]),
        rework_is_paid=stated["rework_is_paid"],
    )


def _comparison_facts(found: QuoteComparison, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "figures": [_figure_facts(figure, names) for figure in found.figures],
        "cheapest": [{"images": images, "vendor": vendor} for images, vendor in found.cheapest],
        "apart": found.apart,
    }


def _figure_facts(figure: QuoteFigure, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "vendor": figure.vendor,
        "vendor_name": names[figure.vendor],
        "per_image": str(figure.per_image),
        "low": str(figure.low),
        "high": str(figure.high),
        "rounds": str(figure.rounds),
        "costs": [
            {
                "images": cost.volume.images,
                "probability": str(cost.volume.probability),
                "work_minor": cost.work.minor,
                "unused_minor": cost.unused.minor,
                "looking_minor": cost.looking.minor,
                "total_minor": cost.total.minor,
                "per_image": str(cost.per_image),
            }
            for cost in figure.costs
        ],
        "unused_probability": str(figure.unused_probability),
        "unused_minor": figure.unused.minor,
        "used_up_from": figure.used_up_from,
    }
