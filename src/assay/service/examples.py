"""Examples in the description of the API: one purchase told in values, and schemas filled from it.

A field shows the value that stands for its name here, or for its name within its schema; what has
only one plain form (an id, a choice, a count) needs no entry. A test holds every example against
its own schema, and demands an entry where a text would say nothing.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Schema = Mapping[str, Any]

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PAST, _FUTURE = "2026-03-02T09:30:00Z", "2027-01-01T12:00:00Z"


def _id(prefix: str) -> str:
    return f"{prefix}_7k2m4q6s3x5zb2d4f6h3j5l7"


#: Fields that name a thing: the beginning of its id.
_IDS: Mapping[str, str] = MappingProxyType(
    {
        "asset": "ast",
        "assets": "ast",
        "award": "org",
        "batch": "bat",
        "delivery": "del",
        "drifting_since": "bat",
        "duplicate_of": "ast",
        "gold": "gld",
        "guideline": "gui",
        "invoice": "inv",
        "newer": "gui",
        "older": "gui",
        "ontology": "ont",
        "organisation": "org",
        "pilot": "pil",
        "pictures_added": "pic",
        "pictures_removed": "pic",
        "project": "prj",
        "question": "que",
        "rate_card": "crd",
        "vendor": "org",
        "vendors": "org",
        "versions": "ver",
        "without": "org",
        **dict.fromkeys(
            (
                "actor",
                "agreed_by",
                "awarded_by",
                "checked_by",
                "compared_by",
                "decided_by",
                "marked_by",
                "offered_by",
                "proposed_by",
                "reviewer",
                "settled_by",
                "signed_by",
            ),
            "usr",
        ),
    }
)

#: The same for parts of addresses: by their name, or by the segment before `{identifier}`.
_PLACES: Mapping[str, str] = MappingProxyType(
    {
        "awards": "awd",
        "cases": "edg",
        "certificates": "crt",
        "comparisons": "cmp",
        "credit-notes": "crn",
        "disputes": "dsp",
        "edge-cases": "edg",
        "imports": "imp",
        "notice": "ntc",
        "ontologies": "ont",
        "person": "usr",
        "picture": "pic",
        "proposal": "prp",
        "proposal-requests": "rfp",
        "quote-comparisons": "cmp",
        "rate-cards": "crd",
        "report": "rpt",
        "review": "rev",
        "summary": "sum",
        "token": "tok",
        "upload": "upl",
        "webhook": "whk",
    }
)

#: The beginning of the id of a thing that has one itself, by its schema.
_OWN_IDS: Mapping[str, str] = MappingProxyType(
    {
        "Asset": "ast",
        "Award": "awd",
        "Batch": "bat",
        "BatchItem": "itm",
        "Certificate": "crt",
        "Comparison": "cmp",
        "CreditNote": "crn",
        "Decision": "dec",
        "DeliveredItem": "itm",
        "Delivery": "del",
        "Dispute": "dsp",
        "EdgeCase": "edg",
        "Gold": "gld",
        "Guideline": "gui",
        "GuidelinePicture": "pic",
        "Import": "imp",
        "Invited": "ses",
        "Invoice": "inv",
        "Me": "usr",
        "Message": "msg",
        "Notice": "ntc",
        "OntologyVersion": "ont",
        "Organisation": "org",
        "OwnCertificate": "crt",
        "OwnCreditNote": "crn",
        "OwnDispute": "dsp",
        "OwnDraft": "inv",
        "OwnInvoice": "inv",
        "OwnRateCard": "crd",
        "OwnRequest": "rfp",
        "Person": "usr",
        "Pilot": "pil",
        "Project": "prj",
        "Proposal": "prp",
        "ProposalRequest": "rfp",
        "Question": "que",
        "RateCard": "crd",
        "Report": "rpt",
        "Review": "rev",
        "Settlement": "set",
        "Summary": "sum",
        "Task": "rev",
        "Token": "tok",
        "TokenMade": "tok",
        "Upload": "upl",
        "Vendor": "org",
        "VendorBatch": "bat",
        "VendorDecision": "dec",
        "VendorDelivery": "del",
        "VendorMessage": "msg",
        "VendorQuestion": "que",
        "Webhook": "whk",
        "WebhookWithSecret": "whk",
    }
)

_CLASSES = """\
[[class]]
name = "road"
id = 1
color = "#804080"

[[class]]
name = "car"
id = 2
color = "#00008e"
kind = "thing"
"""

#: Values by the name of their field, or by schema and field where a name means several things.
_STORY: Mapping[str, Any] = MappingProxyType(
    {
        "action": "batch.sent",
        "address": "Hafenstraße 1\n20457 Hamburg",
        "FactorBegun.address": "otpauth://totp/Assay:ada@example.com?secret=JBSWY3DPEHPK3PXP",
        "advice": "Show in the guideline where the kerb ends.",
        "after": "Label the window.",
        "amount_minor": 60000,
        "answers": {"qa": "Twice, by two people."},
        "author": "usr_7k2m4q6s3x5zb2d4f6h3j5l7",
        "band": "clearly good enough",
        "before": "Label what is behind the window.",
        "bottom": 96,
        "budget_minor": 5_000_000,
        "buyer": "Fleet Perception GmbH\nGartenstraße 5\n10115 Berlin",
        "caption": "The kerb is no road.",
        "card": {
            "name": "Northlight standard",
            "version": 2,
            "currency": "EUR",
            "valid_from": "2026-01-01",
            "valid_until": None,
            "price": {"per-image": {"price": "1.20"}},
        },
        "case": "edg_7k2m4q6s3x5zb2d4f6h3j5l7",
        "certificates": "ISO 27001",
        "class_name": "car",
        "classes": "car",
        "classes_added": "kerb",
        "classes_removed": "sky",
        "code": "492039",
        "codes": "k3v9-x7q2-m5t8",
        "component": "per-image",
        "components": {"per-image": 60000, "management-fee": 4800},
        "certainty": 0.95,
        "consumer_risk": 0.05,
        "countries": "PL",
        "csrf_token": "q8J2v0yXnT4w",
        "csv": "name,stratum\nframe_001.png,night\n",
        "currency": "EUR",
        "decision": "dec_7k2m4q6s3x5zb2d4f6h3j5l7",
        "BatchBand.decision": "accept",
        "NewDecision.decision": "accept",
        "detail": "The present state does not allow it. Judge the delivery first.",
        "digest": _DIGEST,
        "document": _CLASSES,
        "domains": "driving",
        "email": "grace@northlight.example",
        "event": "batch.sent",
        "evidence": _DIGEST,
        "Decision.evidence": {"claims": [{"name": "mean", "estimate": 0.91, "low": 0.88}]},
        "expected": 0.91,
        "ShareSpan.expected": "0.9000",
        "explanation": "Two images were ours to discard.",
        "facts": {"images": 500},
        "fields": "definition",
        "file": "images/img_7f3a.png",
        "file_name": "labels.zip",
        "first": "org_7k2m4q6s3x5zb2d4f6h3j5l7",
        "folder": "/data/streets",
        "form": "chat",
        "format": "index-png",
        "formats": "coco",
        "gate": "certificates",
        "high": 0.94,
        "Figure.high": "1.5210",
        "ShareSpan.high": "0.9510",
        "gold_share": 0.1,
        "host": "chat.example.com",
        "images": 500,
        "item": "img_7f3a",
        "items": "itm_7k2m4q6s3x5zb2d4f6h3j5l7",
        "label_digest": _DIGEST,
        "left": 12,
        "limit": 0.85,
        "AuditProof.line": '{"action": "batch.sent", "sequence": 42}',
        "line": 0,
        "look_cost": "1.20",
        "look_share": "0.4",
        "low": 0.88,
        "Figure.low": "1.3120",
        "ShareSpan.low": "0.8238",
        "mark": "+",
        "marks": {"qa": 4},
        "mean": 0.91,
        "message": "Two objects of class car overlap.",
        "metric": "weighted_iou",
        "mistake": "road → kerb",
        "months": {"2026-03": 60000},
        "name": "Streets, autumn",
        "ClaimStanding.name": "mean",
        "ClassChange.name": "car",
        "EventKind.name": "batch.sent",
        "NewCertificate.name": "ISO 27001",
        "Certificate.name": "ISO 27001",
        "OwnCertificate.name": "ISO 27001",
        "NewOrganisation.name": "Northlight",
        "NewRateCard.name": "Northlight standard",
        "OwnPrice.name": "Northlight standard",
        "NewToken.name": "nightly",
        "Token.name": "nightly",
        "NewVendor.name": "Northlight",
        "Vendor.name": "Northlight",
        "NewWebhook.name": "Team chat",
        "Webhook.name": "Team chat",
        "Person.name": "Grace",
        "Me.name": "Ada",
        "TakeUp.name": "Grace",
        "VendorGroup.name": "Aurora group",
        "Asset.name": "frame_001.png",
        "Candidate.name": "frame_001.png",
        "AskedQuestion.name": "qa",
        "Question.name": "qa",
        "TaxGiven.name": "VAT",
        "net_minor": 64800,
        "new": "other words of your own",
        "next": "WyIyMDI2LTAzLTAyIiwgImJhdF83azJtIl0",
        "note": "Reverse charge: the customer owes the tax.",
        "AuditHead.note": "assay.example/log\n42\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n",
        "PinnedRegion.note": "The mirror belongs to the car.",
        "notes": "Quick, and careful with thin objects.",
        "number": 1,
        "CreditNote.number": "CN-2026-0001",
        "Invoice.number": "2026-0001",
        "OwnCreditNote.number": "CN-2026-0001",
        "OwnInvoice.number": "2026-0001",
        "objects": "12.4",
        "old": "a few words of yours",
        "organisation_name": "Fleet Perception",
        "outcome": "pass",
        "owed_minor": 64800,
        "part_bytes": 8_388_608,
        "parts": {"database": True, "storage": True},
        "password": "a few words of yours",
        "payment": "SEPA 4711",
        "per_image": "1.3400",
        "per_point": "0.0147",
        "percent": "19",
        "pixels": "2073600",
        "policies": {},
        "price": "1.20",
        "NewRateCard.price": {"per-image": {"price": "1.20"}, "management-fee": {"percent": "8"}},
        "probability": "0.7",
        "VolumeGiven.probability": "1",
        "producer_risk": 0.05,
        "proof": _DIGEST,
        "provider": "Fleet Perception sign-in",
        "public_key": "assay.example/log+5f1c2a9e+AQ3mZ0Zb7u4k",
        "qa_layers": "peer review",
        "quantity": 500,
        "reason": "As good, at half the price.",
        "Retirement.reason": "Its labels were shown in a training.",
        "Revocation.reason": "The contract has ended.",
        "NewDispute.reason": "Batch 3 took 41 hours, not 31.",
        "Dispute.reason": "Batch 3 took 41 hours, not 31.",
        "OwnDispute.reason": "Batch 3 took 41 hours, not 31.",
        "CreditLine.reason": "frame_17 and frame_18",
        "OwnCreditLine.reason": "frame_17 and frame_18",
        "reasons": "The first batch has at most 500 images.",
        "reference": "SEPA 4711",
        "remedy": "Draw the border between the two once.",
        "report_sha256": _DIGEST,
        "request_id": "q7N1d0Yb2cXk9LwA",
        "right": 80,
        "rights": "projects.read",
        "roles": "lead",
        "root": _DIGEST,
        "rounds": "1.2100",
        "rule": "overlapping-shapes",
        "ruling": "Label the window.",
        "scopes": "projects.read",
        "score": 0.91,
        "Scored.score": "4.2500",
        "second": "org_2b4d6f3h5j7l2n4p6r3t5v7x",
        "seconds": 133_200,
        "PilotFacts.seconds": "266.4",
        "secret": "apat_5Zk1n8QwVb3x",
        "seed": "7302",
        "sentence": "Northlight is ahead of every other by more than chance explains.",
        "sequence": "drive_12",
        "severe_classes": "person",
        "severe_limit": 0.05,
        "severe_standard": 0.02,
        "sha256": _DIGEST,
        "shapes": "polygon",
        "size": 500,
        "NewUpload.size": 52_428_800,
        "state": "sent",
        "status": 409,
        "strata": {"weather": "night"},
        "stratum": "night",
        "subject": "bat_7k2m4q6s3x5zb2d4f6h3j5l7",
        "summary": "A batch goes to its vendor.",
        "text": "Is the car in the shop window a car?",
        "AskedQuestion.text": "How is work checked?",
        "Guideline.text": "# Streets\n\nLabel what the camera sees.",
        "GuidelineChange.text": "# Streets\n\nLabel what the camera sees.",
        "InvoiceLine.text": "Images",
        "NewGuideline.text": "# Streets\n\nLabel what the camera sees.",
        "Notice.text": "Streets, autumn: batch 3 is at Northlight",
        "OwnInvoiceLine.text": "Images",
        "TextLine.text": "Label the window.",
        "Summary.text": "Streets, autumn, week 2026-W10: 2 batches accepted.",
        "title": "Car in a shop window",
        "NewProposalRequest.title": "Streets, autumn",
        "OwnRequest.title": "Streets, autumn",
        "ProposalRequest.title": "Streets, autumn",
        "Problem.title": "Conflict",
        "token": "ainv_4Wd9s7KpXe2m",
        "toml": _CLASSES,
        "tools": "CVAT",
        "top": 40,
        "total_minor": 64800,
        "type": "about:blank",
        "unit": "image",
        "unknown": "frame_999.png",
        "unmarked": "qa",
        "unused_probability": "0.3",
        "url": "https://chat.example.com/hooks/4711",
        "value": 0.91,
        "vendor_name": "Northlight",
        "vertices": "96.5",
        "week": "2026-W10",
        "whole": "The whole batch was ours to discard.",
        "whose": "all vendors",
    }
)

#: What requests show beyond what they must have.
_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Agreement": ("project",),
        "AssetChange": ("strata",),
        "DisputeAnswer": ("credit",),
        "FactorRemoval": ("password",),
        "Issue": ("buyer", "tax"),
        "NewAward": ("reason",),
        "NewBatch": ("due",),
        "NewCertificate": ("expires_on",),
        "NewComparison": ("look_cost", "look_share"),
        "NewCreditNote": ("lines",),
        "NewDecision": ("reason",),
        "NewDispute": ("line",),
        "NewFactor": ("password",),
        "NewInvitation": ("organisation",),
        "NewPilot": ("size",),
        "NewProject": ("countries",),
        "NewProposalRequest": ("gates",),
        "NewQuestion": ("item", "region"),
        "NewWebhook": ("form",),
        "PersonChange": ("roles",),
        "ProfileChange": ("countries", "formats"),
        "ProjectChange": ("budget_minor",),
        "VendorChange": ("countries", "notes"),
        "WebhookChange": ("active",),
    }
)

#: Moments that lie ahead; all others are past.
_AHEAD = frozenset({"due", "expires", "deadline", "held_until", "due_on", "expires_on"})
_LAST = frozenset({"last_day", "valid_until", "certificates_until", "high"})


def example(schema: Schema, components: Mapping[str, Schema], *, whole: bool) -> object:
    """Return a value that a schema allows.

    Parameters
    ----------
    components
        Schemas by name, to which others refer.
    whole
        Whether to show every field, as answers do; otherwise those that a request must have, and
        some more.
    """
    return _value(schema, components, "", "", whole=whole)


def place_example(path: str, name: str) -> str:
    """Return an example of a part of an address.

    Examples
    --------
    >>> place_example("/invoices/{invoice}/disputes/{identifier}", "identifier")[:4]
    'dsp_'
    """
    if name == "sequence":
        return "42"
    before = path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    key = before if name == "identifier" else name
    return _id(_PLACES[key] if key in _PLACES else _IDS[key])


def _value(
    schema: Schema, components: Mapping[str, Schema], owner: str, name: str, *, whole: bool
) -> object:
    schema = _plain(schema, components)
    told = _STORY.get(f"{owner}.{name}", _STORY.get(name))
    if "const" in schema or "enum" in schema:
        choices = [schema["const"]] if "const" in schema else schema["enum"]
        return told if told in choices else choices[0]
    made: object = told if told is not None else {}
    match schema.get("type"):
        case "object":
            made = _object(schema, components, told, whole=whole)
        case "array":
            one = _value(schema.get("items", {}), components, owner, name, whole=whole)
            made = [one] * max(1, schema.get("minItems", 0))
        case "integer" | "number" as kind:
            made = _number(schema, told, whole=kind == "integer")
        case "boolean":
            made = True
        case "string":
            made = _text(schema, told, owner, name)
    return made


def _plain(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    """Return what a schema refers to, and of several forms the first that is not null."""
    while True:
        if "$ref" in schema:
            schema = components[schema["$ref"].rsplit("/", 1)[1]]
            continue
        forms = [form for word in ("anyOf", "oneOf", "allOf") for form in schema.get(word, ())]
        if not forms:
            return schema
        schema = next(form for form in forms if form.get("type") != "null")


def _object(
    schema: Schema, components: Mapping[str, Schema], told: object, *, whole: bool
) -> dict[str, object]:
    fields = schema.get("properties", {})
    if not fields:
        return dict(told) if isinstance(told, Mapping) else {}
    owner = schema.get("title", "")
    return {
        name: _value(fields[name], components, owner, name, whole=whole)
        for name in (fields if whole else _asked(schema, owner))
    }


def _asked(schema: Schema, owner: str) -> Iterator[str]:
    must, also = schema.get("required", ()), _ALSO.get(owner, ())
    yield from (name for name in schema["properties"] if name in must or name in also)


def _number(schema: Schema, told: object, *, whole: bool) -> int | float:
    value: int | float = 1 if whole else 0.9
    if isinstance(told, int) or (isinstance(told, float) and not whole):
        value = told
    least: int | float = schema.get("minimum", schema.get("exclusiveMinimum", value))
    most: int | float = schema.get("maximum", schema.get("exclusiveMaximum", value))
    within = max(least, min(value, most))
    return int(within) if whole else within


def _text(schema: Schema, told: object, owner: str, name: str) -> str:
    match schema.get("format"):
        case "date-time":
            return _FUTURE if name in _AHEAD else _PAST
        case "date":
            moment = _FUTURE if name in _AHEAD else _PAST
            return "2026-03-31" if name in _LAST else moment[:10]
    if name == "id":
        return _id(_OWN_IDS[owner]) if owner in _OWN_IDS else "thing"
    if isinstance(told, str) and f"{owner}.{name}" in _STORY:
        return told
    if name in _IDS:
        return _id(_IDS[name])
    return told if isinstance(told, str) else name
