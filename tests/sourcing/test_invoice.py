"""Invoices, what they sum to, and what may happen to them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing.corrections import (
    Answer,
    CreditLine,
    CreditNote,
    Dispute,
    owed,
    whole_credit,
)
from assay.sourcing.fees import Commitment, Fee
from assay.sourcing.invoice import Invoice, InvoiceLine, Tax, closing_lines, lines_of
from assay.sourcing.money import Money
from assay.sourcing.rate_card import Price, RateCard
from assay.sourcing.unit_prices import Tier, UnitPrice
from assay.sourcing.work import Quantities
from sourcing.rate_cards import DAY, DECIDED, card, cards, work

VAT = Tax("VAT", Decimal(19))


def invoice(*lines: InvoiceLine, tax: Tax | None = VAT) -> Invoice:
    """An invoice of five images at 1.20 EUR where no lines are given."""
    due = DAY + timedelta(days=30)
    return Invoice(
        "2026-0001", "Northlight", "Fleet", DAY, due, lines or lines_of(work(5), card()), tax
    )


def test_a_line_says_how_it_came_about_and_what_it_is_paid_for() -> None:
    (line,) = lines_of(work(3), card())
    assert (line.charge.quantity, line.charge.price) == (3, Decimal("1.20"))
    assert line.amount == Money("EUR", 360)
    assert line.citation is not None
    assert line.citation.decision == "dec_1"
    assert line.citation.versions == ("ver_0", "ver_1", "ver_2")
    assert str(line.price_version) == "Northlight, version 1"
    assert line.price_version.digest == card().digest


def test_the_order_of_items_does_not_change_what_is_cited() -> None:
    forward = work(3)
    backward = replace(forward, items=forward.items[::-1])
    assert lines_of(forward, card()) == lines_of(backward, card())


@given(cards(), st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_lines_sum_to_the_total(any_card: RateCard, sizes: list[int]) -> None:
    lines: list[InvoiceLine] = []
    before = Quantities()
    for place, size in enumerate(sizes):
        done = work(size, f"dec_{place}", first=10 * place)
        lines.extend(lines_of(done, any_card, before=before))
        before += done.quantities
    made = invoice(*lines)
    assert made.net.minor == sum(line.amount.minor for line in lines)
    assert made.total == made.net + made.tax_amount
    cited = [version for citation in made.citations for version in citation.versions]
    assert len(cited) == len(set(cited)) == sum(sizes)


def test_tax_is_taken_once_of_the_sum() -> None:
    taxed = invoice()
    assert (taxed.net, taxed.tax_amount, taxed.total) == (
        Money("EUR", 600),
        Money("EUR", 114),
        Money("EUR", 714),
    )
    assert invoice(tax=None).total == Money("EUR", 600)


def test_a_version_is_paid_once() -> None:
    with pytest.raises(ParameterError, match=r"bills ver_3 for two decisions \(2 such"):
        invoice(*lines_of(work(5), card()), *lines_of(work(5, "dec_2", first=3), card()))


def test_a_line_whose_amount_is_not_what_it_says_is_refused() -> None:
    (line,) = lines_of(work(3), card())
    with pytest.raises(ParameterError, match=r"comes to 3.60 EUR, not to 3.61 EUR"):
        replace(line, amount=Money("EUR", 361))


def test_nothing_accepted_is_nothing_owed() -> None:
    with pytest.raises(ParameterError, match="no accepted images"):
        lines_of(work(0), card())
    with pytest.raises(ParameterError, match="has no lines"):
        Invoice("1", "A", "B", DAY, DAY, ())


def test_a_card_prices_only_the_days_on_which_it_holds() -> None:
    late = RateCard("Northlight", 2, "EUR", date(2027, 1, 1), card().prices)
    with pytest.raises(ParameterError, match="does not hold on 2026-03-01"):
        lines_of(work(1), late)


def test_two_currencies_are_two_invoices() -> None:
    yen = lines_of(work(2, "dec_2", first=9), card(currency="JPY"))
    with pytest.raises(ParameterError, match="is in EUR and JPY"):
        invoice(*lines_of(work(5), card()), *yen)


def test_an_invoice_is_not_due_before_it_is_issued() -> None:
    with pytest.raises(ParameterError, match="before it was issued"):
        Invoice("1", "A", "B", DAY, DAY - timedelta(days=1), lines_of(work(1), card()))


def test_a_shortfall_is_a_line_without_items() -> None:
    committed = card(
        Price("per-image", UnitPrice(Decimal(1))),
        Price("minimum-commitment", Commitment(Decimal(100))),
    )
    (line,) = closing_lines(Money("EUR", 4_000), committed)
    assert (line.amount, line.citation) == (Money("EUR", 6_000), None)
    assert invoice(line).citations == ()


def test_equal_invoices_have_one_digest_and_unlike_ones_two() -> None:
    assert invoice().digest == invoice().digest
    others = [
        invoice(tax=None),
        invoice(*lines_of(work(6), card())),
        invoice(*lines_of(work(5, first=1), card())),
        replace(invoice(), number="2026-0002"),
    ]
    assert len({invoice().digest, *(other.digest for other in others)}) == 5


# Credit notes.


def note(bill: Invoice, *lines: CreditLine, after: tuple[CreditNote, ...] = ()) -> CreditNote:
    return CreditNote("C-1", bill, DAY, lines, after)


def test_a_credit_lowers_what_is_owed_and_the_tax_with_it() -> None:
    bill = invoice()
    credit = note(bill, CreditLine(0, Money("EUR", 120), "frame_3 was the wrong image"))
    assert credit.net == Money("EUR", 120)
    assert owed(bill, [credit]) == Money("EUR", 571)  # 4.80 and 19 % of it
    assert owed(bill, []) == bill.total


@given(cards(), st.data())
def test_whatever_was_credited_before_the_whole_credit_leaves_nothing(
    any_card: RateCard, data: st.DataObject
) -> None:
    bill = invoice(*lines_of(work(4), any_card))
    part = data.draw(st.integers(0, abs(bill.lines[0].amount.minor)))
    sign = 1 if bill.lines[0].amount.minor >= 0 else -1
    first = [note(bill, CreditLine(0, Money(bill.currency, sign * part), "a part"))] if part else []
    rest = whole_credit(bill, "all of it", after=first)
    notes = [*first, *([note(bill, *rest, after=tuple(first))] if rest else [])]
    assert owed(bill, notes) == Money(bill.currency, 0)


def test_no_more_is_credited_than_was_billed() -> None:
    bill = invoice()
    half = CreditLine(0, Money("EUR", 301), "half")
    with pytest.raises(ParameterError, match=r"is 6.00 EUR, of which 6.02 EUR would be credited"):
        note(bill, half, half)
    with pytest.raises(ParameterError, match="would be credited"):
        note(bill, CreditLine(0, Money("EUR", -1), "more"))
    with pytest.raises(ParameterError, match="no line 2"):
        note(bill, CreditLine(1, Money("EUR", 1), "none"))


def test_earlier_notes_count() -> None:
    bill = invoice()
    first = note(bill, CreditLine(0, Money("EUR", 400), "most"))
    with pytest.raises(ParameterError, match=r"of which 6.01 EUR would be credited"):
        note(bill, CreditLine(0, Money("EUR", 201), "more"), after=(first,))


def test_a_credit_needs_a_reason_an_amount_and_a_day() -> None:
    with pytest.raises(ParameterError, match="no reason"):
        CreditLine(0, Money("EUR", 1), " ")
    with pytest.raises(ParameterError, match="changes nothing"):
        CreditLine(0, Money("EUR", 0), "why")
    with pytest.raises(ParameterError, match="older than its invoice"):
        CreditNote("C-1", invoice(), DAY - timedelta(1), (CreditLine(0, Money("EUR", 1), "x"),))
    with pytest.raises(ParameterError, match="no lines"):
        note(invoice())


# Disputes.


def test_a_dispute_names_what_the_line_cites() -> None:
    bill = invoice(
        *lines_of(
            work(2),
            card(
                Price("per-image", UnitPrice(Decimal(2), (Tier(1, Decimal(1)),))),
                Price("qa-fee", Fee(per_batch=Decimal(9))),
            ),
        )
    )
    doubt = Dispute(bill.number, 0, "Not our image.", "usr_1", DECIDED, ("ver_1",))
    doubt.check_against(bill)
    replace(doubt, line=None).check_against(bill)
    with pytest.raises(ParameterError, match="does not bill ver_9"):
        replace(doubt, versions=("ver_9",)).check_against(bill)
    with pytest.raises(ParameterError, match="no line 8"):
        replace(doubt, line=7).check_against(bill)


def test_a_dispute_is_opened_and_answered_with_reasons() -> None:
    doubt = Dispute("2026-0001", None, "Counted twice.", "usr_1", DECIDED)
    assert doubt.is_open
    assert not replace(doubt, answer=Answer.UPHELD, explanation="It was.").is_open
    with pytest.raises(ParameterError, match="declined without a reason"):
        replace(doubt, answer=Answer.DECLINED)
    with pytest.raises(ParameterError, match="no reason"):
        replace(doubt, reason="")
