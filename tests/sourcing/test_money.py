"""Money is whole minor units."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing import Money
from assay.sourcing.money import minor_digits


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


@given(st.fractions(), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_rounding_is_to_the_nearest_and_symmetric(major: Fraction, currency: str) -> None:
    rounded = Money.rounded(major, currency)
    assert abs(rounded.minor - major * 10 ** minor_digits(currency)) <= Fraction(1, 2)
    assert Money.rounded(-major, currency) == -rounded


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_a_total_is_the_sum(minors: list[int]) -> None:
    assert Money.total((Money("EUR", minor) for minor in minors), "EUR").minor == sum(minors)


def test_euros_and_yen_do_not_add_up() -> None:
    with pytest.raises(ParameterError, match="of two currencies"):
        Money("EUR", 1) + Money("JPY", 1)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("950 JPY", 950), ("1.20 EUR", 120), ("1.234 KWD", 1234), ("1.2345 CLF", 12345)],
)
def test_a_currency_has_the_decimals_that_iso_4217_says(amount: str, minor: int) -> None:
    number, currency = amount.split()
    assert Money.parse(number, currency) == Money(currency, minor)
    assert str(Money(currency, minor)) == amount
