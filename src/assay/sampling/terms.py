"""What an ACCEPT.toml says: which batches are good, which are bad, and at what risks."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, Self

from assay import toml_table
from assay.errors import ParameterError
from assay.sampling.plan import AcceptancePlan
from assay.sampling.population import Limits
from assay.sampling.registry import PLANS

#: What a claim is about: the mean score, or the share of images without a severe error or a fault.
Subject = Literal["score", "severe", "faulty"]

_TOP = (
    "name", "seed", "producer_risk", "consumer_risk", "score", "spread", "tiers", "mean", "severe",
    "faulty", "tier",
)  # fmt: skip
_MEAN = ("good", "bad", "plan")
_SEVERE = ("good", "bad", "plan", "classes")
_FAULTY = ("good", "bad", "plan", "score_below")
_TIER = ("name", "weight", "good", "bad", "plan")


@dataclass(frozen=True)
class Claim:
    """One thing that must hold for a batch to be accepted.

    Parameters
    ----------
    subject
        ``"score"``, ``"severe"`` or ``"faulty"``.
    plan
        Name of the acceptance plan that decides.
    parameters
        Settings of that plan.
    good, bad
        Means of the claim's values, more being better: of scores, or the share of images *without*
        a severe error or fault.
    tier
        The only tier that it is about, ``""`` for the whole batch.
    """

    subject: Subject
    plan: str
    parameters: object
    good: float
    bad: float
    tier: str = ""

    @property
    def spec(self) -> AcceptancePlan:
        """The plan that decides."""
        return PLANS.get(self.plan)

    @property
    def name(self) -> str:
        """Short name, unique among the claims of a batch."""
        return (
            f"tier {self.tier}" if self.tier else {"score": "mean"}.get(self.subject, self.subject)
        )


@dataclass(frozen=True)
class AcceptTerms:
    """The content of an ACCEPT.toml; paths are relative to the file.

    Parameters
    ----------
    claims
        What must hold, all together.
    name
        Name of the batch in reports; ``""`` for that of the delivery.
    seed
        Fixes the order of looking, together with the content of the batch.
    producer_risk
        Probability that a batch that is good in every claim is rejected, at most.
    consumer_risk
        Probability that a batch that is bad in some claim is accepted, at most.
    score
        Overall metric by which an image is scored against a reference.
    spread
        Standard deviation of scores for which operating characteristics are drawn.
    tiers
        Path of a CSV with columns ``item`` and ``tier`` (or ``stratum``), or None.
    tier_weights
        Weight of each tier; tiers that are not named weigh 1.
    severe_classes
        Classes whose severe errors count; all where empty.
    score_below
        An image that scores less is faulty.

    Examples
    --------
    >>> terms = AcceptTerms.from_toml('''
    ... [mean]
    ... good = 0.88
    ... bad = 0.80
    ... [severe]
    ... good = 0.02
    ... bad = 0.10
    ... ''')
    >>> [(claim.name, claim.plan, claim.good) for claim in terms.claims]
    [('mean', 'sequential', 0.88), ('severe', 'sequential', 0.98)]
    """

    claims: tuple[Claim, ...]
    name: str = ""
    seed: int = 20260101
    producer_risk: float = 0.05
    consumer_risk: float = 0.05
    score: str = "weighted_iou"
    spread: float = 0.15
    tiers: str | None = None
    tier_weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    severe_classes: tuple[str, ...] = ()
    score_below: float = 0.0

    @property
    def digest(self) -> str:
        """SHA-256 over everything that was agreed on, as 64 hexadecimal digits."""
        content = {
            entry.name: getattr(self, entry.name)
            for entry in fields(self)
            if entry.name not in ("claims", "tier_weights")
        }
        content["claims"] = [
            {**vars(claim), "parameters": asdict(claim.parameters)}  # type: ignore[call-overload]  # a dataclass of the plan
            for claim in self.claims
        ]
        content["tier_weights"] = dict(self.tier_weights)
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def limits_of(self, claim: Claim) -> Limits:
        """Return what is asked of a claim's plan.

        A batch is accepted when every claim holds, so each may take the whole consumer's risk; it
        is rejected when one fails, so the producer's risk is shared out evenly.
        """
        return Limits(
            claim.good, claim.bad, self.producer_risk / len(self.claims), self.consumer_risk
        )

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse an acceptance file.

        Raises
        ------
        ParameterError
            When the text is not TOML, lacks a field, has an unknown one, or asks for nothing.
        """
        table = toml_table.parse_toml(text, "The acceptance file")
        toml_table.check_names(table, _TOP, "The acceptance file")
        severe, faulty = _table(table, "severe"), _table(table, "faulty")
        rows = table.get("tier", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ParameterError("tier is a list of tables. Write [[tier]] above each.")
        weights = _tier_weights(rows)
        claims = (
            *_mean_claim(_table(table, "mean")),
            *_severe_claim(severe),
            *_faulty_claim(faulty),
            *(claim for row in rows for claim in _tier_claim(row)),
        )
        if not claims:
            raise ParameterError(
                "The acceptance file asks for nothing. Add [mean] with good and bad, [severe], "
                "[faulty], or a [[tier]] with limits."
            )
        label = "The acceptance file"
        terms = cls(
            claims,
            toml_table.text(table, "name", label, default=""),
            toml_table.whole(table, "seed", label, default=cls.seed),
            toml_table.number(table, "producer_risk", label, default=cls.producer_risk),
            toml_table.number(table, "consumer_risk", label, default=cls.consumer_risk),
            toml_table.text(table, "score", label, default=cls.score),
            toml_table.number(table, "spread", label, default=cls.spread),
            toml_table.text(table, "tiers", label, default="") or None,
            MappingProxyType(weights),
            _names(severe, "classes"),
            toml_table.number(faulty, "score_below", "[faulty]", default=cls.score_below),
        )
        for claim in claims:
            terms.limits_of(claim)
        if not 0 < terms.spread <= 0.5:
            raise ParameterError(f"spread is {terms.spread}; give one such as 0.15, at most 0.5.")
        return terms


def _mean_claim(table: Mapping[str, Any]) -> Sequence[Claim]:
    if not table:
        return ()
    plan, parameters = _plan(table, _MEAN, "[mean]", "sequential")
    _no_shares(plan, "[mean]")
    good, bad = _ends(table, "[mean]")
    return (Claim("score", plan.name, parameters, good, bad),)


def _tier_claim(table: Mapping[str, Any]) -> Sequence[Claim]:
    label = f"Tier {table.get('name', '')!r}"
    plan, parameters = _plan(table, _TIER, label, "sequential")
    if "good" not in table and "bad" not in table:
        return ()
    _no_shares(plan, label)
    good, bad = _ends(table, label)
    return (Claim("score", plan.name, parameters, good, bad, str(table["name"])),)


def _severe_claim(table: Mapping[str, Any]) -> Sequence[Claim]:
    return _share_claim("severe", table, _SEVERE, "sequential") if table else ()


def _faulty_claim(table: Mapping[str, Any]) -> Sequence[Claim]:
    return _share_claim("faulty", table, _FAULTY, "iso-2859-1") if table else ()


def _share_claim(
    subject: Subject, table: Mapping[str, Any], known: Sequence[str], usual: str
) -> Sequence[Claim]:
    """Read limits of a share of bad images; a claim's values are about the right ones."""
    label = f"[{subject}]"
    plan, parameters = _plan(table, known, label, usual)
    aql = getattr(parameters, "aql", None)
    if aql is not None and not {"good", "bad"} & set(table):
        # Lot plans know their quality by the AQL; their tables make the rest.
        return (Claim(subject, plan.name, parameters, 1 - aql / 100, 0.0),)
    if aql is not None:
        raise ParameterError(f"{label} has good or bad, but the plan {plan.name} goes by its aql.")
    good, bad = toml_table.number(table, "good", label), toml_table.number(table, "bad", label)
    if not 0 <= good < bad <= 1:
        raise ParameterError(
            f"{label} has good {good} and bad {bad}; they are shares of images with an error: give "
            "0 ≤ good < bad ≤ 1, such as good 0.02 and bad 0.10."
        )
    return (Claim(subject, plan.name, parameters, 1 - good, 1 - bad),)


def _plan(
    table: Mapping[str, Any], known: Sequence[str], label: str, usual: str
) -> tuple[AcceptancePlan, object]:
    """Return a claim's plan with its settings, which stand in the claim's own table."""
    plan = PLANS.get(toml_table.text(table, "plan", label, default=usual))
    settings = {entry.name: entry for entry in fields(plan.parameters)}
    toml_table.check_names(table, (*known, *settings), label)
    values = {
        name: _like(table, name, entry.default if entry.default is not MISSING else "", label)
        for name, entry in settings.items()
        if name in table
    }
    return plan, plan.parameters(**values)


def _like(table: Mapping[str, Any], name: str, usual: object, label: str) -> object:
    if isinstance(usual, float):
        return toml_table.number(table, name, label)
    return (
        toml_table.text(table, name, label, default="") if isinstance(usual, str) else table[name]
    )


def _no_shares(plan: AcceptancePlan, label: str) -> None:
    if plan.shares_only:
        raise ParameterError(
            f"{label} is about scores, but the plan {plan.name} counts faulty images. Use it in "
            '[severe] or [faulty], or give plan = "sequential" here.'
        )


def _ends(table: Mapping[str, Any], label: str) -> tuple[float, float]:
    good, bad = toml_table.number(table, "good", label), toml_table.number(table, "bad", label)
    if not 0 <= bad < good <= 1:
        raise ParameterError(
            f"{label} has good {good} and bad {bad}; they are mean scores: give 0 ≤ bad < good ≤ 1,"
            " such as good 0.88 and bad 0.80."
        )
    return good, bad


def _tier_weights(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for row in rows:
        name = toml_table.text(row, "name", "A [[tier]]")
        if name in weights:
            raise ParameterError(f"Two tiers are called {name!r}. Keep one.")
        weights[name] = toml_table.number(row, "weight", f"Tier {name!r}", default=1.0)
        if not 0 < weights[name] <= 1e6:
            raise ParameterError(f"Tier {name!r} has weight {weights[name]}; give one above 0.")
    return weights


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise ParameterError(f"{name} is a table. Write [{name}] and its fields below.")
    return found


def _names(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise ParameterError(f'{name} is a list of class names, such as ["person"].')
    return tuple(found)
