"""Requests and answers about vendors, as the buyer sees them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, StringConstraints

from assay.service.projects.schemas import Country, Currency
from assay.service.schemas import Answer, Change, Input, Line, Moment, Text, Time

Provider = Literal["company", "crowd", "managed", "in-house"]
Word = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Words = Annotated[list[Word], Field(max_length=100)]
Countries = Annotated[list[Country], Field(max_length=250)]
Address = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64)]

#: Days in requests are texts in JSON, so they are not strict.
Day = Annotated[date, Strict(strict=False)]

#: An exact number as text, so that nobody rounds it on the way.
Exact = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,8})?$")]
ExactShare = Annotated[str, StringConstraints(pattern=r"^(0(\.[0-9]{1,8})?|1(\.0{1,8})?)$")]
Images = Annotated[int, Field(ge=1, le=10**9)]


class NewVendor(Input):
    """A vendor that is to be in the registry."""

    name: Line


class ProfileChange(Change):
    """What is to be different of a vendor's own statement; what is left out stays."""

    provider_type: Provider | None = None
    address: Address | None = None
    countries: Countries | None = None
    formats: Words | None = None
    tools: Words | None = None
    shapes: Words | None = None
    qa_layers: Words | None = None
    domains: Words | None = None
    video: bool | None = None


class VendorChange(ProfileChange):
    """What the buyer changes: the vendor's statement, and notes that the vendor never sees."""

    notes: Text | None = None


class Vendor(Answer):
    """A vendor of the registry; `notes` are the buyer's. Nobody of a `suspended` one is let in."""

    id: str
    name: str
    provider_type: Provider
    address: str
    countries: list[str]
    formats: list[str]
    tools: list[str]
    shapes: list[str]
    qa_layers: list[str]
    domains: list[str]
    video: bool
    notes: str
    suspended: Time | None
    version: int


class Suspension(Input):
    """Why a vendor is let in no more."""

    reason: Line


class NewCertificate(Input):
    """A certificate that is claimed; its evidence is uploaded after."""

    name: Word
    expires_on: Day | None = None


class Certificate(Answer):
    """A certificate; it counts once its evidence is checked, until it expires."""

    id: str
    vendor: str
    name: str
    expires_on: date | None
    evidence: str | None
    checked_by: str | None
    checked: Time | None
    created: Time


class NewRateCard(Input):
    """A card as rate card files state it; its version is counted by Assay.

    `price` has a table for each price component; amounts are texts, such as `"0.0008"`.
    """

    name: Line
    currency: Currency
    valid_from: Day
    valid_until: Day | None = None
    price: Annotated[dict[str, dict[str, Any]], Field(min_length=1, max_length=50)]


class Agreement(Input):
    """Agrees to a card: for one project, or for all of its currency."""

    project: Identifier | None = None


class RateCard(Answer):
    """A version of a vendor's card; only an agreed one is billed by."""

    id: str
    vendor: str
    project: str | None
    number: int
    currency: str
    valid_from: date
    valid_until: date | None
    card: dict[str, Any]
    digest: str
    offered_by: str
    agreed_by: str | None
    agreed: Time | None
    created: Time


class Question(Input):
    """Something that vendors are asked; `weight` is never told to them."""

    name: Word
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
    weight: Annotated[int, Field(ge=1, le=100)] = 1


class Gates(Input):
    """What excludes a vendor whatever it answers; what is left out excludes nobody."""

    certificates: Words = Field(default_factory=list)
    certificates_until: Day | None = None
    countries: Countries | None = None
    formats: Words = Field(default_factory=list)


class NewProposalRequest(Input):
    """A draft of a request for proposals; 3 to 5 vendors are a good number to ask."""

    title: Line
    text: Text = ""
    questions: Annotated[list[Question], Field(min_length=1, max_length=100)]
    gates: Gates = Gates()
    due: Moment


class Asked(Input):
    """A vendor that is asked."""

    vendor: Identifier


class ProposalRequest(Answer):
    """A request for proposals, as the buyer sees it."""

    id: str
    project: str
    title: str
    text: str
    questions: list[Question]
    gates: Gates
    state: Literal["draft", "open", "closed"]
    due: Time
    vendors: list[str]
    created: Time
    version: int


class Proposal(Answer):
    """One vendor's answer, with the buyer's marks."""

    vendor: str
    vendor_name: str
    state: Literal["asked", "answered", "declined"]
    answers: dict[str, str]
    rate_card: str | None
    marks: dict[str, int]
    marked_by: str | None
    answered: Time | None


class Proposals(Answer):
    """All answers to a request."""

    proposals: list[Proposal]


class Marks(Input):
    """Marks from 0 to 5, by the name of the question."""

    marks: dict[Word, Annotated[int, Field(ge=0, le=5)]]


class Failure(Answer):
    """A gate that a vendor does not pass."""

    gate: str
    message: str


class Scored(Answer):
    """How a vendor fares; `score` is 0 to 100, null while an answer is not marked.

    What the project's newest judged pilot noted of its times stands beside the score, and is no
    part of it: how long it took, how much it asked, and how long it waited for answers.
    """

    vendor: str
    vendor_name: str
    score: str | None
    eligible: bool
    failures: list[Failure]
    unmarked: list[str]
    turnaround_hours: float | None
    questions: int | None
    answered: int | None
    answer_minutes: float | None


class ScorecardAnswer(Answer):
    """Vendors best first: those that pass every gate, by score; then the others."""

    vendors: list[Scored]


class ShareGiven(Input):
    """A share that the pilot counted: how many of how many images."""

    passed: Annotated[int, Field(ge=0, le=10**9)]
    images: Images


class PilotFacts(Input):
    """What the pilot showed of a vendor; means are of one image."""

    first_pass: ShareGiven
    rework: ShareGiven
    pixels: Exact = "1"
    objects: Exact = "0"
    vertices: Exact = "0"
    seconds: Exact = "0"
    rework_is_paid: bool = False


class PilotFactsFound(Answer):
    """What a pilot counted of a vendor; `facts` are as a comparison takes them.

    `rework_basis` says whose rework it is: the vendor's own, that of all vendors of the pilot, or
    one of two, assumed because nothing came back.
    """

    vendor: str
    vendor_name: str
    facts: PilotFacts
    rework_basis: Literal["own", "all vendors", "assumed"]


class AllPilotFacts(Answer):
    """What a pilot counted of every vendor that handed in."""

    vendors: list[PilotFactsFound]


class QuoteGiven(Input):
    """A vendor's card with what the pilot showed of it."""

    vendor: Identifier
    rate_card: Identifier
    facts: PilotFacts


class VolumeGiven(Input):
    """A number of accepted images that may be needed, and how likely that is."""

    images: Images
    probability: ExactShare


class NewComparison(Input):
    """Quotes to compare at volumes that may come; probabilities sum to 1."""

    quotes: Annotated[list[QuoteGiven], Field(min_length=1, max_length=20)]
    volumes: Annotated[list[VolumeGiven], Field(min_length=1, max_length=20)]
    batch_size: Images = 500
    periods: Annotated[int, Field(ge=1, le=1000)] = 1
    look_cost: Exact = "0"
    look_share: ExactShare = "1"


class VolumeCost(Answer):
    """What a quote comes to at one volume; `unused` is paid for nothing."""

    images: int
    probability: str
    work_minor: int
    unused_minor: int
    looking_minor: int
    total_minor: int
    per_image: str


class Figure(Answer):
    """A quote as one figure: expected cost of an accepted image, in major units."""

    vendor: str
    vendor_name: str
    per_image: str
    low: str
    high: str
    rounds: str
    costs: list[VolumeCost]
    unused_probability: str
    unused_minor: int
    used_up_from: int | None


class Cheapest(Answer):
    """Who is cheapest at a volume."""

    images: int
    vendor: str


class Comparison(Answer):
    """Quotes from the cheapest to the dearest, and what was assumed."""

    id: str
    project: str
    currency: str
    figures: list[Figure]
    cheapest: list[Cheapest]
    apart: bool
    assumed: NewComparison
    compared_by: str
    created: Time
