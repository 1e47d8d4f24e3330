"""Invoices and credit notes say on paper, in JSON and in CSV what their values say."""

import csv
import hashlib
import io
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from assay.render.document import dump, read_schema
from assay.render.invoice.csv import invoice_csv, invoice_versions_csv
from assay.render.invoice.document import credit_note_document, invoice_document
from assay.render.invoice.pdf import (
    credit_note_pdf,
    credit_note_sheet,
    invoice_pdf,
    invoice_sheet,
)
from assay.sourcing import (
    CreditLine,
    CreditNote,
    Invoice,
    Money,
    Price,
    RateCard,
    Tax,
    closing_lines,
    lines_of,
)
from assay.sourcing.fees import Commitment, Fee
from assay.sourcing.unit_prices import Tier, UnitPrice
from sourcing.rate_cards import DAY, card, cards, quality, work

EVIL = '=cmd|"/C calc"!A1 #set page(width: 1pt) \u202e'
CARD = card(
    Price("per-image", UnitPrice(Decimal("1.20"), (Tier(3, Decimal("0.95")),))),
    Price("per-hour", UnitPrice(Decimal("18.50"))),
    Price("management-fee", Fee(percent=Decimal("7.5"))),
    Price("minimum-commitment", Commitment(Decimal(100))),
)


def example(
    priced: RateCard = CARD, *, vendor: str = "Northlight\nPoznań", buyer: str = "Fleet"
) -> Invoice:
    lines = lines_of(work(5, quality=quality("0.9", "0.8", "0.95")), priced)
    used = Money.total((line.amount for line in lines), priced.currency)
    closing = closing_lines(used, priced)
    tax = Tax("VAT", Decimal(19), "Note.")
    return Invoice("2026-0001", vendor, buyer, DAY, date(2026, 3, 31), (*lines, *closing), tax)


def credit(invoice: Invoice) -> CreditNote:
    line = CreditLine(0, Money(invoice.currency, 120), "frame_3 was the wrong image")
    return CreditNote("C-1", invoice, DAY, (line,))


@given(cards())
def test_the_document_keeps_to_its_schema_whatever_the_prices(priced: RateCard) -> None:
    document = json.loads(dump(invoice_document(example(priced))))
    Draft202012Validator(read_schema("invoice-1")).validate(document)
    assert document["net_minor"] == sum(line["amount_minor"] for line in document["lines"])
    assert document["total_minor"] == document["net_minor"] + document["tax"]["amount_minor"]


def test_a_credit_note_keeps_to_its_schema() -> None:
    document = json.loads(dump(credit_note_document(credit(example()))))
    Draft202012Validator(read_schema("credit-note-1")).validate(document)
    assert (document["net_minor"], document["tax_minor"], document["total_minor"]) == (120, 23, 143)


@pytest.mark.parametrize("name", ["invoice-1", "credit-note-1"])
def test_the_published_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(read_schema(name))


def test_a_reader_of_the_csv_can_do_every_sum_again() -> None:
    for row in csv.DictReader(io.StringIO(invoice_csv(example()))):
        exact = Fraction(int(row["quantity"])) * Fraction(row["price"]) / int(row["per"])
        assert Money.rounded(exact, row["currency"]).minor == int(row["amount_minor"])
        assert Decimal(row["amount"]) == Decimal(row["amount_minor"]) / 100


def test_the_list_of_versions_has_the_digest_that_the_invoice_states() -> None:
    made = example()
    rows = list(csv.DictReader(io.StringIO(invoice_versions_csv(made))))
    assert len(rows) == 5
    listed = "".join(f"{row['version']}\n" for row in rows)
    (citation,) = made.citations
    assert hashlib.sha256(listed.encode()).hexdigest() == citation.digest


def test_a_negative_amount_is_a_number_in_a_spreadsheet() -> None:
    lines = csv.DictReader(io.StringIO(invoice_csv(example())))
    assert not any(row["amount"].startswith("'") for row in lines)


def test_paper_says_what_the_values_say() -> None:
    facts = invoice_sheet(example()).facts
    assert [group["title"] for group in facts["groups"]] == [
        "batch of dec_1",
        "Settlement of the period",
    ]
    assert facts["groups"][0]["note"] == "5 accepted images, decision dec_1"
    assert facts["groups"][0]["lines"] == [
        {"text": "Images", "quantity": "3\xa0images", "price": "1.20", "amount": "3.60"},
        {"text": "Images", "quantity": "2\xa0images", "price": "0.95", "amount": "1.90"},
        {"text": "Hours", "quantity": "0:30:00\xa0h", "price": "18.50", "amount": "9.25"},
        {
            "text": "Project management",
            "quantity": "7.5\xa0%",
            "price": "of 14.75",
            "amount": "1.11",
        },
    ]
    assert facts["sums"] == [["Sum", "100.00"], ["VAT 19\xa0%", "19.00"]]
    assert facts["total"] == ["To be paid", "119.00\xa0EUR"]


def test_a_credit_note_names_its_invoice_and_what_is_not_owed() -> None:
    facts = credit_note_sheet(credit(example())).facts
    assert ["Invoice", "2026-0001"] in facts["dates"]
    assert facts["groups"][0]["lines"][0] == {
        "text": "Line 1: frame_3 was the wrong image",
        "quantity": "",
        "price": "3.60",
        "amount": "−1.20",
    }
    assert facts["total"] == ["Credited", "−1.43\xa0EUR"]


def test_equal_invoices_are_equal_bytes_on_paper() -> None:
    pytest.importorskip("typst")
    assert invoice_pdf(example()) == invoice_pdf(example())
    assert invoice_pdf(example()).startswith(b"%PDF-1.")
    assert credit_note_pdf(credit(example())).startswith(b"%PDF-1.")


def test_what_a_vendor_calls_itself_is_set_as_text() -> None:
    pytest.importorskip("typst")
    evil = example(vendor=EVIL)
    assert invoice_pdf(evil).startswith(b"%PDF-1.")
    assert "\u202e" not in invoice_sheet(evil).facts["vendor"][0]
    assert invoice_pdf(example(vendor="")).startswith(b"%PDF-1.")


def test_a_word_of_any_length_runs_over_nothing_that_stands_beside_it() -> None:
    word = "W" * 200
    facts = invoice_sheet(example(vendor=word, buyer=word)).facts
    for [shown] in (facts["vendor"], facts["buyer"]):
        assert shown.replace("\u200b", "") == word
        assert max(len(piece) for piece in shown.split("\u200b")) == 12


def test_groups_of_any_length_are_set() -> None:
    pytest.importorskip("typst")
    tiers = tuple(Tier(above, Decimal(1)) for above in range(1, 20))
    long = card(Price("per-image", UnitPrice(Decimal(1), tiers)))
    lines = lines_of(work(30), long)
    assert len(lines) == 20
    assert invoice_pdf(Invoice("1", "A", "B", DAY, DAY, lines)).startswith(b"%PDF-1.")
