"""One of each thing that has an address, all of one project and of the first vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assay.service import clock
from assay.service.accounts.tables import UserRow
from assay.service.assets.tables import AssetRow, ImportRow
from assay.service.batches.tables import BatchItemRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow, UploadRow
from assay.service.gold.tables import GoldRow, ProposalRow
from assay.service.ids import new_id
from assay.service.pilots.tables import AwardRow, PilotRow
from assay.service.projects.tables import GuidelineRow, OntologyRow, PictureRow
from assay.service.reports.tables import ReportRow
from assay.service.review.tables import ReviewRow
from assay.service.summaries.tables import SummaryRow
from assay.service.webhooks.sealed import Sealed
from assay.service.webhooks.tables import NoticeRow, WebhookRow
from service.billing.accepted import agree, bill, deliver_and_accept, issue
from service.deliveries.batches import ALIASES
from service.house import VENDORS, House

if TYPE_CHECKING:
    from assay.service.database import Base


@dataclass(frozen=True)
class Scene:
    """A service in which everything exists once.

    Parameters
    ----------
    ids
        Identifier by the segment of the address before it: ``batches`` of ``/batches/{batch}``.
    other_project
        A project in which none of it is.
    """

    house: House
    ids: Mapping[str, str]
    other_project: str


def beside(scene: Scene, folder: Path) -> Scene:
    """Tell the story once more, with the two vendors' parts exchanged; nothing is in both."""
    house, (one, two) = scene.house, VENDORS
    places = {**house.organisations, one: house.organisations[two], two: house.organisations[one]}
    other = furnish(House(house.app, house.client, organisations=places), folder)
    with house.app.state.database.writing() as session:
        query = select(BatchItemRow).where(BatchItemRow.batch_id == other.ids["batches"])
        for number, item in enumerate(session.scalars(query.order_by(BatchItemRow.alias))):
            # The names of a small batch are the same in each; real ones are random.
            item.alias = f"z{number}"
    return replace(other, ids={**other.ids, "items": "z0"})


def furnish(house: House, folder: Path) -> Scene:
    """Tell the story of one purchase, as far as is needed to have one of each thing."""
    batch = deliver_and_accept(house, folder)
    vendor, finance, lead = house.vendor, house.person("finance"), house.lead
    project = f"/projects/{batch.project}"
    card = agree(house)
    invoice = issue(house, bill(house, batch))["id"]
    credit = {"line": 0, "amount_minor": 1, "reason": "One cent."}
    note = finance.made(f"/invoices/{invoice}/credit-notes", {"lines": [credit]})
    dispute = vendor.made(f"/vendor/invoices/{invoice}/disputes", {"line": 0, "reason": "No."})
    question = vendor.made(f"/vendor/batches/{batch.id}/questions", {"text": "Is this a car?"})
    certificate = vendor.made("/vendor/certificates", {"name": "SOC 2"})
    request = lead.made(
        f"{project}/proposal-requests",
        {
            "title": "Streets",
            "questions": [{"name": "qa", "text": "How is work checked?"}],
            "due": (clock.now() + timedelta(days=3)).isoformat(),
        },
    )
    asked = f"{project}/proposal-requests/{request['id']}"
    lead.made(f"{asked}/vendors", {"vendor": vendor.organisation})
    lead.made(f"{asked}/opening")
    body = {"name": "Q", "currency": "EUR", "budget_minor": 10}
    other = lead.made("/projects", body)["id"]
    annotator = house.person("annotator", "northlight")
    token = lead.made(
        "/tokens",
        {
            "name": "spare",
            "scopes": ["projects.read"],
            "expires": (clock.now() + timedelta(days=1)).isoformat(),
        },
    )
    week = lead.seen(f"{project}/weekly-summaries/this-week")["numbers"]
    rows = _add_rows(house, batch.project, batch.id, week)
    house.app.state.anchoring.anchor()
    return Scene(
        house,
        {
            "projects": batch.project,
            "batches": batch.id,
            "vendors": vendor.organisation,
            "people": annotator.user,
            "tokens": token["id"],
            "questions": question["id"],
            "certificates": certificate["id"],
            "rate-cards": card,
            "proposal-requests": request["id"],
            "invoices": invoice,
            "disputes": dispute["id"],
            "credit-notes": note["id"],
            "entries": "1",
            "folder": str(folder),
            "items": ALIASES[0],
            **rows,
        },
        other,
    )


def _add_rows(house: House, project: str, batch: str, week: dict[str, Any]) -> dict[str, str]:
    """Write what takes long to come about straight into the database; return the ids."""
    now, blob = clock.now(), house.app.state.blobs.put([b"{}"]).digest
    with house.app.state.database.writing() as session:

        def first(table: Any, *where: Any) -> Any:
            return session.scalars(select(table).where(*where).limit(1)).one()

        ontology = first(OntologyRow, OntologyRow.project_id == project)
        guideline = first(GuidelineRow, GuidelineRow.project_id == project)
        version = first(ItemVersionRow, ItemVersionRow.batch_id == batch)
        lead = first(UserRow, UserRow.id == house.lead.user)
        state = {"state": "done", "findings": [], "created": now, "ended": now, "blob": blob}
        parts = {"project_id": project, "file_name": "a.zip", **state}
        import_row = ImportRow(
            id=new_id("imp"), folder=None, tier="training", sequence=None, images=0, added=0,
            known=0, **parts,
        )  # fmt: skip
        proposal = ProposalRow(
            id=new_id("gpr"), ontology_id=ontology.id, format="index-png", proposed=0, agreed=0,
            known=0, proposed_by=lead.id, **parts,
        )  # fmt: skip
        picture = PictureRow(
            id=new_id("pic"), guideline_id=guideline.id, class_name="car", right=True,
            caption="A car", blob=blob, width=1, height=1, created=now,
        )  # fmt: skip
        pilot = PilotRow(
            id=new_id("plt"), project_id=project, name="Pilot", tier="training",
            format="index-png", seed="1", assets=[], state="drawn", found={}, report={},
            judged=None, due=None, created=now, version=1,
        )  # fmt: skip
        award = AwardRow(
            id=new_id("awd"), project_id=project, vendor_id=house.vendor.organisation,
            pilot_id=None, reason="A test of awards.", evidence={"by_verdict": False},
            awarded_by=lead.id, awarded=now, revoked=None,
        )  # fmt: skip
        review = ReviewRow(
            id=new_id("rev"), batch_id=batch, batch_item_id=version.batch_item_id,
            version_id=version.id, layer="peer", slot=None, reviewer=lead.id, state="held",
            held_until=now + timedelta(hours=1), outcome=None, score=None, severe=None,
            reason=None, regions=[], created=now, given=None,
        )  # fmt: skip
        webhook = WebhookRow(
            id=new_id("whk"), project_id=project, name="Chat", host="chat.example",
            form="chat", events=["batch.sent"], active=True, removed=None,
            sealed=Sealed("https://chat.example/x", "x").put(house.app.state.blobs),
            created=now, version=1,
        )  # fmt: skip
        notice = NoticeRow(
            id=new_id("ntc"), webhook_id=webhook.id, event="batch.sent", subject=batch,
            text="x", state="sent", status=200, reason="", round=1, job_id=None, occurred=now,
            ended=now,
        )  # fmt: skip
        summary = SummaryRow(
            id=new_id("sum"), project_id=project, week="2026-W01", document=week, text="Quiet.",
            created=now,
        )  # fmt: skip
        report = ReportRow(
            id=new_id("rpt"), project_id=project, kind="systematic", state="done", told=None,
            reason=None, html=blob, json=blob, asked_by=lead.id, created=now, ended=now,
        )  # fmt: skip
        made: dict[str, Base] = {
            "reports": report,
            "weekly-summaries": summary,
            "imports": import_row,
            "proposals": proposal,
            "pictures": picture,
            "pilots": pilot,
            "awards": award,
            "reviews": review,
            "webhooks": webhook,
        }
        session.add_all(made.values())
        session.flush()
        session.add(notice)
        found: dict[str, Base] = {
            "ontologies": ontology,
            "guidelines": guideline,
            "notices": notice,
            "assets": first(AssetRow, AssetRow.project_id == project),
            "gold": first(GoldRow, GoldRow.project_id == project),
            "uploads": first(UploadRow, UploadRow.batch_id == batch),
            "deliveries": first(DeliveryRow, DeliveryRow.batch_id == batch),
            "versions": version,
        }
        return {place: str(vars(row)["id"]) for place, row in {**made, **found}.items()}
