"""What happened in a week of a purchase, in numbers and in words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from assay.sourcing.money import Money

#: Rules that the text names; the document has all.
_MOST_RULES = 5


@dataclass(frozen=True, order=True)
class Week:
    """A week from Monday to Sunday, in UTC.

    Parameters
    ----------
    first
        Its Monday.
    """

    first: date

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """Return the week in which a moment lies.

        Examples
        --------
        >>> week = Week.of(datetime(2026, 11, 26, 1, 4, tzinfo=UTC))
        >>> week.name, str(week.first), str(week.last)
        ('2026-W48', '2026-11-23', '2026-11-29')
        """
        day = moment.astimezone(UTC).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def name(self) -> str:
        """Its name as ISO 8601 has it."""
        year, number, _ = self.first.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def start(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The moment at which the next begins."""
        return self.start + timedelta(days=7)

    @property
    def before(self) -> Self:
        """The week before it."""
        return type(self)(self.first - timedelta(days=7))


@dataclass(frozen=True)
class WeeklySummary:
    """What happened in a week of a project.

    Parameters
    ----------
    project
        Name of the project.
    week
        Which week.
    batches_sent, deliveries
        Batches that went to vendors, and archives that were judged or refused.
    accepted, accepted_first, sent_back, rejected
        Decisions about batches; ``accepted_first`` in their first round.
    images_accepted
        Images of the accepted batches.
    questions_asked, questions_answered
        In the week; ``median_minutes`` is that to a first answer, None without one.
    questions_open, questions_overdue
        When the summary was made.
    findings
        Rule and number of delivered images that broke it, the most first.
    budget, spent
        Money; ``spent`` is what invoices that were issued so far demand, less what was credited.
    """

    project: str
    week: Week
    batches_sent: int
    deliveries: int
    accepted: int
    accepted_first: int
    sent_back: int
    rejected: int
    images_accepted: int
    questions_asked: int
    questions_answered: int
    median_minutes: float | None
    questions_open: int
    questions_overdue: int
    findings: tuple[tuple[str, int], ...]
    budget: Money
    spent: Money

    @property
    def text(self) -> str:
        """The summary in words, five lines."""
        batches = (
            f"Batches: {self.batches_sent} sent, {self.deliveries} handed in, {self.accepted} "
            f"accepted ({self.accepted_first} at first), {self.sent_back} sent back, "
            f"{self.rejected} rejected; {self.images_accepted:,} images accepted."
        )
        questions = (
            f"Questions: {self.questions_asked} asked, {self.questions_answered} answered"
            f"{_median(self.median_minutes)}; {self.questions_open} open, "
            f"{self.questions_overdue} overdue."
        )
        return "\n".join(
            (
                f"{self.project}, week {self.week.name} ({_days(self.week)})",
                batches,
                questions,
                f"Findings by images: {_rules(self.findings)}.",
                f"Invoiced so far: {self.spent} of {self.budget}.",
            )
        )


def _days(week: Week) -> str:
    first = f"{week.first.day} {week.first:%B}"
    return f"{first} to {week.last.day} {week.last:%B %Y}"


def _median(minutes: float | None) -> str:
    if minutes is None:
        return ""
    if minutes < 120:
        return f" (median {minutes:.0f} min)"
    return f" (median {minutes / 60:.0f} h)"


def _rules(findings: tuple[tuple[str, int], ...]) -> str:
    if not findings:
        return "none"
    named = ", ".join(f"{rule} {count}" for rule, count in findings[:_MOST_RULES])
    more = len(findings) - _MOST_RULES
    return named if more <= 0 else f"{named} and {more} more rules"
