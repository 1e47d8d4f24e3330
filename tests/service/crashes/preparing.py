"""A service in which one batch waits for its archive: the beginning of every crash."""

from dataclasses import dataclass
from pathlib import Path

from fastapi.testclient import TestClient

from assay.service.app import create_app
from assay.service.settings import Settings
from service.billing.accepted import agree
from service.deliveries.batches import ALIASES, Batch, archive, send_batch, truth
from service.house import House


@dataclass(frozen=True)
class Prepared:
    """A service that does not run yet.

    Parameters
    ----------
    folder
        Its data.
    lead, vendor, auditor, finance
        Tokens of four people.
    vendor_id, card
        The vendor's organisation, and its rate card that was agreed on.
    batches
        The batches that wait.
    archive
        What the vendor will send for each.
    """

    folder: Path
    lead: str
    vendor: str
    auditor: str
    finance: str
    vendor_id: str
    card: str
    batches: tuple[Batch, ...]
    archive: bytes

    @property
    def batch(self) -> Batch:
        """Return the first batch."""
        return self.batches[0]


def prepare(folder: Path, scratch: Path, database_url: str | None, *, batches: int = 1) -> Prepared:
    """Furnish a service, send some batches, and leave."""
    settings = Settings(
        data_dir=folder, database_url=database_url, workers=0, item_workers=1, anchor_seconds=0
    )
    app = create_app(settings)
    with TestClient(app, base_url="http://assay.test") as client:
        house = House.furnish(app, client)
        sent = tuple(send_batch(house) for _ in range(batches))
        card = agree(house)
        people = (house.lead, house.vendor, house.person("auditor"), house.person("finance"))
        app.state.anchoring.anchor()
        lead, vendor, auditor, finance = (each.headers["authorization"] for each in people)
        vendor_id = house.vendor.organisation
    data = archive(scratch, {alias: truth(alias) for alias in ALIASES})
    return Prepared(folder, lead, vendor, auditor, finance, vendor_id, card, sent, data)
