"""Weeks, and what is said of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from assay.sourcing.money import Money
from assay.sourcing.weekly import Week, WeeklySummary

QUIET = WeeklySummary(
    project="Streets",
    week=Week(date(2026, 11, 23)),
    batches_sent=0,
    deliveries=0,
    accepted=0,
    accepted_first=0,
    sent_back=0,
    rejected=0,
    images_accepted=0,
    questions_asked=0,
    questions_answered=0,
    median_minutes=None,
    questions_open=0,
    questions_overdue=0,
    findings=(),
    budget=Money("EUR", 5_000_000),
    spent=Money("EUR", 0),
)


def test_a_week_begins_on_monday_in_utc_wherever_its_moment_is_told() -> None:
    east = timezone(timedelta(hours=9))
    assert Week.of(datetime(2026, 11, 23, 8, tzinfo=east)).name == "2026-W47"
    assert Week.of(datetime(2026, 11, 23, 10, tzinfo=east)).name == "2026-W48"
    week = Week.of(datetime(2027, 1, 1, tzinfo=UTC))
    assert (week.name, week.before.name) == ("2026-W53", "2026-W52")
    assert week.end - week.start == timedelta(days=7)
    assert week.before.end == week.start


def test_a_quiet_week_is_told_without_gaps() -> None:
    nothing = "0 sent, 0 handed in, 0 accepted (0 at first), 0 sent back, 0 rejected"
    assert QUIET.text.splitlines() == [
        "Streets, week 2026-W48 (23 November to 29 November 2026)",
        f"Batches: {nothing}; 0 images accepted.",
        "Questions: 0 asked, 0 answered; 0 open, 0 overdue.",
        "Findings by images: none.",
        "Invoiced so far: 0.00 EUR of 50000.00 EUR.",
    ]


def test_a_busy_week_names_the_rules_that_are_broken_most() -> None:
    findings = tuple((f"rule-{number}", 9 - number) for number in range(7))
    busy = replace(QUIET, findings=findings, questions_answered=2, median_minutes=45.4)
    assert "2 answered (median 45 min);" in busy.text
    assert "rule-0 9, rule-1 8, rule-2 7, rule-3 6, rule-4 5 and 2 more rules." in busy.text
    assert "(median 26 h)" in replace(busy, median_minutes=26 * 60.0).text
