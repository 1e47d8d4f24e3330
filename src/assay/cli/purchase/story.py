"""The story of a purchase, chapter by chapter; each step is a request of whoever would send it."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assay.cli.client import Client
from assay.cli.purchase import guideline
from assay.cli.purchase.players import PASSWORD, Reviewer, Vendor, packed
from assay.cli.purchase.stage import Stage
from assay.errors import SourceError
from assay.simulate.annotator import Annotator
from assay.simulate.class_file import ontology_file
from assay.simulate.faults import BoundaryJitter, CoarsePolygons, MissedObjects
from assay.simulate.street import STREET
from assay.simulate.vendors import DEFAULT_VENDORS, SimulatedVendor

IMAGES, GOLD, PILOT, BATCH = 110, 40, 12, 16

#: What the winner's new hand does in the third batch: it left half the small things out.
_TIRED = Annotator(
    "Northlight, new hand",
    (MissedObjects(largest_px=400, share=0.8), CoarsePolygons(tolerance_px=7.0)),
    seed=31,
)

#: How the winner mends what was sent back.
_CAREFUL = Annotator("Northlight, second look", (BoundaryJitter(reach_px=0.6),), seed=32)

_POLICY = {
    "standard": 0.72,
    "limit": 0.58,
    "severe_standard": 0.35,
    "severe_limit": 0.85,
    "severe_classes": ["car", "rider"],
    "gold_share": 0.25,
}

#: Told what happens, a line at a time.
Tell = Callable[[str], None]


@dataclass
class Purchase:
    """The purchase so far: who is signed in, and what was made.

    Parameters
    ----------
    address
        Of the service.
    stage
        The scenes.
    tell
        Told what happens.
    """

    address: str
    stage: Stage
    tell: Tell
    people: dict[str, Client] = field(default_factory=dict)
    accounts: list[tuple[str, str]] = field(default_factory=list)
    vendors: dict[str, str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    project: str = ""
    ontology: str = ""
    guideline: str = ""

    @property
    def lead(self) -> Client:
        """The buyer's lead."""
        return self.people["lead"]

    @property
    def base(self) -> str:
        """Path of the project."""
        return f"/projects/{self.project}"

    def desk(self, vendor: str) -> Vendor:
        """Return a vendor at its desk."""
        return Vendor(self.people[vendor], self.stage)

    def close(self) -> None:
        """Sign everybody's connection off."""
        for client in self.people.values():
            client.__exit__(None, None, None)


def tell_story(purchase: Purchase, invitation: str) -> None:
    """Live through the purchase, from the first account to the paid invoice."""
    people(purchase, invitation)
    project(purchase)
    images_and_gold(purchase)
    prices(purchase)
    winner = pilot(purchase)
    production(purchase, winner)
    question(purchase, winner)
    payment(purchase, winner)


def people(purchase: Purchase, invitation: str) -> None:
    """Make accounts: the buyer's people, and a manager at each vendor."""
    purchase.tell("Accounts: the first admin takes up the invitation and invites the others.")
    admin = _account(purchase, "Ada Admin", "admin", invitation)
    for name, role in (
        ("Lea Lead", "lead"),
        ("Egon Expert", "expert"),
        ("Elif Expert", "expert"),
        ("Rui Reviewer", "reviewer"),
        ("Fay Finance", "finance"),
    ):
        invited = admin.post("/invitations", {"email": _email(name), "roles": [role]})
        key = role if role not in purchase.people else f"second {role}"
        _account(purchase, name, key, invited["token"])
    for simulated in DEFAULT_VENDORS:
        name = simulated.vendor.name
        organisation = purchase.lead.post("/vendors", {"name": name})["id"]
        purchase.vendors[name] = organisation
        manager = f"Max {name}"
        body = {"email": _email(manager), "roles": ["manager"], "organisation": organisation}
        _account(purchase, manager, name, admin.post("/invitations", body)["token"])


def project(purchase: Purchase) -> None:
    """Begin the project: classes, guideline with pictures, quality policy, budget."""
    purchase.tell("Project: classes, a quality policy, a budget of 5,000 EUR, a guideline.")
    lead, expert = purchase.lead, purchase.people["expert"]
    strict = {**_POLICY, "standard": 0.78, "limit": 0.64}
    policies = {
        "test": strict,
        "validation": strict,
        "training": _POLICY,
        "supplementary": _POLICY,
    }
    made = lead.post(
        "/projects",
        {"name": "Streets", "currency": "EUR", "budget_minor": 500_000, "policies": policies},
    )
    purchase.project = made["id"]
    toml = ontology_file(STREET)
    purchase.ontology = lead.post(f"{purchase.base}/ontologies", {"toml": toml})["id"]
    draft = expert.post(
        f"{purchase.base}/guidelines", {"ontology": purchase.ontology, "text": guideline.FIRST}
    )
    purchase.guideline = draft["id"]
    path = f"{purchase.base}/guidelines/{purchase.guideline}"
    blocking = [gap for gap in expert.get(f"{path}/gaps")["gaps"] if gap["blocks"]]
    purchase.tell(f"  {len(blocking)} classes have no picture, which blocks sending work out.")
    wanted = [(label.name, True) for label in STREET.classes] + [("car", False)]
    for name, right in wanted:
        expert.send(
            f"{path}/pictures",
            guideline.example(purchase.stage, name, right=right),
            class_name=name,
            right="true" if right else "false",
            caption="As it should be" if right else "Too coarse",
        )
    expert.post(f"{path}/publication")
    purchase.tell(f"  {len(wanted)} pictures later the guideline is in force.")


def images_and_gold(purchase: Purchase) -> None:
    """Bring images in, and have gold settled by two experts."""
    lead = purchase.lead
    begun = lead.send(
        f"{purchase.base}/imports/upload",
        purchase.stage.archive(),
        file_name="streets.zip",
        tier="training",
    )
    done = lead.wait(f"{purchase.base}/imports/{begun['id']}", until="waiting")
    purchase.tell(
        f"Images: {done['added']} came in, were decoded apart from the server and re-encoded."
    )
    expert, second = purchase.people["expert"], purchase.people["second expert"]
    wanted = expert.post(f"{purchase.base}/gold/candidates", {"size": GOLD})["images"]
    names = sorted(Path(candidate["name"]).stem for candidate in wanted)
    with tempfile.TemporaryDirectory() as folder:
        archive = packed(
            [(name, purchase.stage.truths[name]) for name in names], Path(folder), "index-png"
        )
        proposed = expert.send(
            f"{purchase.base}/gold/proposals",
            archive.read_bytes(),
            ontology=purchase.ontology,
            file_name="gold.zip",
        )
    expert.wait(f"{purchase.base}/gold/proposals/{proposed['id']}", until="waiting")
    agreed = 0
    for gold in list(second.all_of(f"{purchase.base}/gold")):
        second.post(f"{purchase.base}/gold/{gold['id']}/agreement")
        agreed += 1
    purchase.tell(f"Gold: one expert labelled {agreed} drawn images, a second agreed to each.")


def prices(purchase: Purchase) -> None:
    """Have each vendor offer its rate card, and finance agree."""
    for simulated in DEFAULT_VENDORS:
        name = simulated.vendor.name
        card = purchase.people[name].post("/vendor/rate-cards", _card(simulated))
        purchase.cards[purchase.vendors[name]] = card["id"]
        purchase.people["finance"].post(
            f"/vendors/{purchase.vendors[name]}/rate-cards/{card['id']}/agreement", {}
        )
    offers = ", ".join(
        f"{each.vendor.name} {each.vendor.price_per_image}" for each in DEFAULT_VENDORS
    )
    purchase.tell(f"Prices per image, agreed to by finance: {offers}.")


def _card(simulated: SimulatedVendor) -> Mapping[str, object]:
    price = simulated.vendor.price_per_image
    if price is None:
        raise AssertionError(f"{simulated.vendor.name} has no price.")
    amount = str(price).split()[0]
    return {
        "name": f"{simulated.vendor.name} 2026",
        "currency": price.currency,
        "valid_from": f"{datetime.now(UTC):%Y}-01-01",
        "price": {"per-image": {"price": amount}, "management-fee": {"percent": 8}},
    }


def production(purchase: Purchase, winner: str) -> None:
    """Three batches; the third one drifts and is sent back."""
    usual = next(each for each in DEFAULT_VENDORS if each.vendor.name == winner).annotator
    for number, annotator in enumerate((usual, usual, _TIRED), 1):
        batch = _draw(purchase, winner)
        looked = _deliver_and_review(purchase, winner, batch, annotator)
        standing = purchase.lead.get(f"/batches/{batch}/acceptance")
        mean = standing["claims"][0]
        said = f"Batch {number}: {looked} of {BATCH} looked at, mean {mean['estimate']:.2f}"
        if standing["verdict"] == "accept":
            purchase.lead.post(f"/batches/{batch}/decisions", {"decision": "accept"})
            purchase.tell(f"{said}; the plan accepts it.")
            continue
        items = [entry["item"] for entry in purchase.lead.all_of(f"/batches/{batch}/items")]
        reason = "Small things are missing, outlines are coarse; please look at all of it again."
        again = purchase.lead.post(
            f"/batches/{batch}/decisions",
            {"decision": "send back", "reason": reason, "items": items},
        )
        purchase.tell(f"{said}; the plan says {again['plan_verdict']}, so it is sent back.")
        _rework(purchase, winner, batch)


def _draw(purchase: Purchase, vendor: str) -> str:
    """Draw, pack and send a batch of work; return it."""
    lead = purchase.lead
    due = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    body = {"vendor": purchase.vendors[vendor], "tier": "training", "size": BATCH, "due": due}
    drawn = lead.post(f"{purchase.base}/batches", body)
    return _send(purchase, drawn["id"])


def _send(purchase: Purchase, batch: str) -> str:
    ready = purchase.lead.wait(f"/batches/{batch}", until="drawn")
    purchase.lead.post(f"/batches/{batch}/sending", version=ready["version"])
    return batch


def _deliver_and_review(purchase: Purchase, vendor: str, batch: str, annotator: Annotator) -> int:
    delivery = purchase.desk(vendor).label(batch, annotator)
    purchase.people[vendor].wait(f"/vendor/deliveries/{delivery['id']}", until="received")
    return _review(purchase, batch)


def _review(purchase: Purchase, batch: str) -> int:
    looked = 0
    for name in ("reviewer", "expert", "second expert"):
        looked += Reviewer(purchase.people[name], purchase.stage).review(batch)
    return looked


def _rework(purchase: Purchase, vendor: str, batch: str) -> None:
    """Have a batch mended by a careful hand, and look again."""
    _until_packed(purchase, batch)
    items = purchase.people[vendor].get(f"/vendor/batches/{batch}")["images"]
    looked = _deliver_and_review(purchase, vendor, batch, _CAREFUL)
    standing = purchase.lead.get(f"/batches/{batch}/acceptance")
    decision = "accept" if standing["verdict"] == "accept" else "reject"
    purchase.lead.post(f"/batches/{batch}/decisions", {"decision": decision})
    purchase.tell(
        f"  Rework: {items} images again, fresh gold among them; {looked} looked at: {decision}ed."
    )


def _until_packed(purchase: Purchase, batch: str) -> None:
    for _ in range(600):
        if purchase.lead.get(f"/batches/{batch}")["packed"]:
            return
        time.sleep(0.1)
    raise SourceError(f"The package of {batch} was not ready within a minute.")


def pilot(purchase: Purchase) -> str:
    """Compare the vendors blind on the same images; return the winner's name."""
    lead = purchase.lead
    body = {"name": "Autumn", "vendors": list(purchase.vendors.values()), "size": PILOT}
    begun = lead.post(f"{purchase.base}/pilots", body)
    path = f"{purchase.base}/pilots/{begun['id']}"
    for part in begun["batches"]:
        _until_packed(purchase, part["batch"])
    sent = lead.post(f"{path}/sending")
    names = {organisation: name for name, organisation in purchase.vendors.items()}
    for part in sent["batches"]:
        name = names[part["vendor"]]
        annotator = next(each.annotator for each in DEFAULT_VENDORS if each.vendor.name == name)
        delivery = purchase.desk(name).label(part["batch"], annotator)
        purchase.people[name].wait(f"/vendor/deliveries/{delivery['id']}", until="received")
    lead.post(f"{path}/judgement", {})
    found = lead.wait(path, until="judging")["found"]
    purchase.tell(f"Pilot: {PILOT} images, the same for three vendors, under names of their own.")
    for vendor in sorted(found["vendors"], key=lambda vendor: vendor["rank"]):
        purchase.tell(
            f"  {vendor['rank']}. {vendor['name']:<12} {found['metric']} {vendor['value']:.3f} "
            f"({vendor['low']:.3f}-{vendor['high']:.3f})"
        )
    _compare_quotes(purchase, path)
    best = min(found["vendors"], key=lambda vendor: vendor["rank"])
    reason = "Best in the pilot, and the budget holds."
    lead.post(f"{path}/award", {"vendor": best["vendor"], "reason": reason})
    purchase.tell(f"  Awarded to {best['name']}; the decision is in the signed log.")
    return str(best["name"])


def _compare_quotes(purchase: Purchase, pilot_path: str) -> None:
    """Bring each quote to what an accepted image costs, by what the pilot counted."""
    facts = purchase.lead.get(f"{pilot_path}/quote-facts")["vendors"]
    quotes = [
        {
            "vendor": row["vendor"],
            "rate_card": purchase.cards[row["vendor"]],
            "facts": row["facts"],
        }
        for row in facts
    ]
    body = {
        "quotes": quotes,
        "volumes": [
            {"images": 1000, "probability": "0.5"},
            {"images": 4000, "probability": "0.5"},
        ],
        "look_cost": "1.50",
        "look_share": "0.4",
    }
    compared = purchase.lead.post(f"{purchase.base}/quote-comparisons", body)
    said = ", ".join(
        f"{figure['vendor_name']} {float(figure['per_image']):.2f}"
        for figure in compared["figures"]
    )
    purchase.tell(
        f"  Cost of an accepted image, fees, rework and own looking included: {said} EUR."
    )


def question(purchase: Purchase, winner: str) -> None:
    """Have a question asked, answered, and made a rule of the next guideline."""
    manager, expert = purchase.people[winner], purchase.people["expert"]
    batch = next(manager.all_of("/vendor/batches"))["id"]
    item = next(manager.all_of(f"/vendor/batches/{batch}/items"))["item"]
    asked = manager.post(
        f"/vendor/batches/{batch}/questions",
        {"item": item, "text": "Somebody pushes a bicycle: rider, or person?"},
    )
    answer = "A person, and a bicycle. A rider sits on it."
    expert.post(f"/questions/{asked['id']}/answers", {"text": answer})
    promoted = expert.post(
        f"/questions/{asked['id']}/rules",
        {"kind": "other", "title": "A bicycle that is pushed", "ruling": answer},
    )
    draft = promoted["rules"][0]["guideline"]
    path = f"{purchase.base}/guidelines/{draft}"
    version = expert.get(path)["version"]
    expert.patch(path, version, {"text": guideline.SECOND})
    published = expert.post(f"{path}/publication")
    purchase.tell(
        f"Question: asked by {winner}, answered, and now a rule in version "
        f"{published['number']} of the guideline."
    )


def payment(purchase: Purchase, winner: str) -> None:
    """Bill what was accepted, issue, pay."""
    finance = purchase.people["finance"]
    draft = finance.post(f"{purchase.base}/invoices", {"vendor": purchase.vendors[winner]})
    issued = finance.post(
        f"/invoices/{draft['id']}/issue",
        {
            "due_on": f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}",
            "buyer": "Fleet Perception GmbH\nGartenstraße 5\n10115 Berlin",
        },
    )
    total = issued["total_minor"] / 100
    purchase.tell(f"Invoice {issued['number']}: {total:,.2f} {issued['currency']}, paid.")
    finance.post(
        f"/invoices/{draft['id']}/payment",
        {"paid_on": f"{datetime.now(UTC):%Y-%m-%d}", "reference": "SEPA 1"},
        version=issued["version"],
    )


def _account(purchase: Purchase, name: str, key: str, token: str) -> Client:
    client = Client(purchase.address)
    client.post("/invitations/take-up", {"token": token, "name": name, "password": PASSWORD})
    email = "admin@localhost" if key == "admin" else _email(name)
    client.sign_in(email, PASSWORD)
    purchase.people[key] = client
    purchase.accounts.append((key, email))
    return client


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.com"


def summary(purchase: Purchase) -> Any:  # noqa: ANN401 - JSON
    """Return what the service says of the project in the end."""
    return purchase.lead.get(f"{purchase.base}/insights/pipeline")
