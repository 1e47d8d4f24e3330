"""Money is whole minor units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing import Money


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_writing_and_reading_is_exact(minor: int, currency: str) -> None:
    money = Money(currency, minor)
    amount, code = str(money).split()
    assert Money.parse(amount, code) == money


@pytest.mark.parametrize("amount", ["1.005", "nan", "inf", "ten", Decimal("0.001")])
def test_what_is_no_amount_is_refused(amount: str | Decimal) -> None:
    with pytest.raises(ParameterError):
        Money.parse(amount, "EUR")


@pytest.mark.parametrize("currency", ["eur", "EURO", ""])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ParameterError):
        Money(currency, 1)
