"""Answers with weekly summaries."""

from datetime import date

from assay.service.schemas import Answer, Time
from assay.sourcing.weekly import WeeklySummary


class RuleCount(Answer):
    """How many delivered images broke a rule."""

    rule: str
    images: int


class WeekInNumbers(Answer):
    """What happened in a week, Monday to Sunday in UTC; money is in minor units.

    Open and overdue questions are those when it was made; `spent_minor` is what all invoices so far
    demand, less what was credited.
    """

    week: str
    first_day: date
    last_day: date
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
    findings: list[RuleCount]
    currency: str
    budget_minor: int
    spent_minor: int


class Summary(Answer):
    """A weekly summary: in numbers, and in words as webhooks tell it; made at the week's end."""

    id: str
    project: str
    numbers: WeekInNumbers
    text: str
    created: Time


class Preview(Answer):
    """The week that is under way, so far."""

    project: str
    numbers: WeekInNumbers
    text: str


def document_of(summary: WeeklySummary) -> WeekInNumbers:
    """Return a summary as a document."""
    return WeekInNumbers(
        week=summary.week.name,
        first_day=summary.week.first,
        last_day=summary.week.last,
        batches_sent=summary.batches_sent,
        deliveries=summary.deliveries,
        accepted=summary.accepted,
        accepted_first=summary.accepted_first,
        sent_back=summary.sent_back,
        rejected=summary.rejected,
        images_accepted=summary.images_accepted,
        questions_asked=summary.questions_asked,
        questions_answered=summary.questions_answered,
        median_minutes=summary.median_minutes,
        questions_open=summary.questions_open,
        questions_overdue=summary.questions_overdue,
        findings=[RuleCount(rule=rule, images=images) for rule, images in summary.findings],
        currency=summary.budget.currency,
        budget_minor=summary.budget.minor,
        spent_minor=summary.spent.minor,
    )
