"""Answers of vendors as a weighted scorecard with hard gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assay.errors import ParameterError
from assay.sourcing.gates import GATES
from assay.sourcing.profile import VendorProfile

#: Marks of an answer, from nothing to all that one could wish.
BEST_MARK = 5


@dataclass(frozen=True)
class Question:
    """Something that vendors are asked and the buyer marks.

    Parameters
    ----------
    name
        Short and unique.
    text
        As vendors read it.
    weight
        How much it counts, a whole number above 0.
    """

    name: str
    text: str
    weight: int = 1

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.text.strip() or self.weight < 1:
            raise ParameterError(
                f"Question {self.name!r} needs a name, a text and a weight of 1 or more."
            )


@dataclass(frozen=True)
class GateTerms:
    """A gate with what the buyer demands.

    Parameters
    ----------
    gate
        Name of the gate.
    parameters
        Value of the gate's dataclass.
    """

    gate: str
    parameters: object

    def __post_init__(self) -> None:
        expected = GATES.get(self.gate).parameters
        if not isinstance(self.parameters, expected):
            raise ParameterError(f"Gate {self.gate} takes {expected.__name__}.")


@dataclass(frozen=True)
class Failure:
    """Why a vendor does not pass a gate.

    Parameters
    ----------
    gate
        Its name.
    message
        For people.
    """

    gate: str
    message: str


@dataclass(frozen=True)
class ScoredVendor:
    """How one vendor fares.

    Parameters
    ----------
    vendor
        Name.
    score
        0 to 100, two decimals; None while an answer is not marked.
    failures
        Gates that it does not pass.
    unmarked
        Names of questions without a mark.
    """

    vendor: str
    score: Decimal | None
    failures: tuple[Failure, ...]
    unmarked: tuple[str, ...]

    @property
    def eligible(self) -> bool:
        """Whether it passes every gate."""
        return not self.failures


@dataclass(frozen=True)
class Scorecard:
    """What is asked, and what is demanded.

    Parameters
    ----------
    questions
        At least one, names unique.
    gates
        What excludes a vendor whatever it scores.

    Examples
    --------
    >>> card = Scorecard((Question("qa", "How is work checked?", 3), Question("team", "Who?", 1)))
    >>> card.judge(VendorProfile("Northlight"), {"qa": 5, "team": 1}, date(2026, 3, 1)).score
    Decimal('80.00')
    """

    questions: tuple[Question, ...]
    gates: tuple[GateTerms, ...] = ()

    def __post_init__(self) -> None:
        names = [question.name for question in self.questions]
        if not names or len(set(names)) < len(names):
            raise ParameterError("A scorecard needs a question, and every question its own name.")

    def judge(self, profile: VendorProfile, marks: Mapping[str, int], day: date) -> ScoredVendor:
        """Score one vendor.

        Parameters
        ----------
        profile
            What the gates look at.
        marks
            0 to 5 by the name of the question.
        day
            On which certificates must hold.

        Raises
        ------
        ParameterError
            When a mark is out of range, or of no question.
        """
        names = [question.name for question in self.questions]
        for name, mark in marks.items():
            if name not in names or not 0 <= mark <= BEST_MARK:
                raise ParameterError(
                    f"{name!r} has mark {mark}. Mark {', '.join(names)} from 0 to {BEST_MARK}."
                )
        unmarked = tuple(name for name in names if name not in marks)
        score = None if unmarked else self._score(marks)
        return ScoredVendor(profile.name, score, tuple(self._failures(profile, day)), unmarked)

    def _score(self, marks: Mapping[str, int]) -> Decimal:
        reached = sum(question.weight * marks[question.name] for question in self.questions)
        most = BEST_MARK * sum(question.weight for question in self.questions)
        hundredths = Fraction(10_000 * reached, most)
        return Decimal(int(hundredths + Fraction(1, 2))).scaleb(-2)

    def _failures(self, profile: VendorProfile, day: date) -> list[Failure]:
        return [
            Failure(terms.gate, message)
            for terms in self.gates
            for message in GATES.get(terms.gate).failures(profile, terms.parameters, day)
        ]


def ranked(scored: Sequence[ScoredVendor]) -> tuple[ScoredVendor, ...]:
    """Return vendors best first: those that pass the gates, by score; then the others."""
    return tuple(
        sorted(
            scored,
            key=lambda vendor: (not vendor.eligible, -(vendor.score or 0), vendor.vendor),
        )
    )
