"""Figures and dates as Vietnamese offices print them."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from agencies.house_style import (
    DASH,
    count,
    fraction,
    long_date,
    percent,
    percent_value,
    short_date,
    signed_count,
)


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (0, "00"),
        (7, "07"),
        (9, "09"),
        (10, "10"),
        (148, "148"),
        (1067, "1.067"),
        (10**6, "1.000.000"),
    ],
)
def test_counts_have_two_digits_and_dots_between_thousands(number, printed):
    assert count(number) == printed


def test_an_english_reader_sees_a_comma_between_thousands():
    with translation.override("en"):
        assert (count(7), count(1067), percent(106, 148)) == ("07", "1,067", "71.62%")


def test_other_provinces_print_one_digit(settings):
    settings.TWO_DIGIT_FIGURES = False

    assert (count(7), fraction(8, 9), signed_count(-3)) == ("7", "8/9", "−3")


@pytest.mark.parametrize(
    ("part", "total", "printed"),
    [(7, 10, "07/10"), (6, 16, "06/16"), (74, 102, "74/102"), (0, 5, "00/05"), (0, 0, DASH)],
)
def test_both_parts_of_a_fraction_stand_on_their_own(part, total, printed):
    assert fraction(part, total) == printed


@pytest.mark.parametrize(
    ("part", "total", "printed"),
    [
        (106, 148, "71,62%"),  # 71,6216…
        (19, 20, "95,00%"),
        (74, 102, "72,55%"),  # 72,5490…
        (1, 800, "0,13%"),  # 0,125 goes up
        (3, 800, "0,38%"),  # 0,375 goes up as well
        (2, 3, "66,67%"),
        (0, 7, "0,00%"),
        (7, 7, "100,00%"),
        (0, 0, DASH),
    ],
)
def test_percentages_are_rounded_half_up_to_two_decimals(part, total, printed):
    assert percent(part, total) == printed


def test_the_value_of_a_percentage_is_exact():
    assert percent_value(1, 800) == Decimal("0.13")
    assert percent_value(0, 0) is None


@pytest.mark.parametrize(
    ("difference", "printed"), [(3, "+03"), (-2, "−02"), (0, "±0"), (12, "+12"), (-1067, "−1.067")]
)
def test_differences_bear_their_sign(difference, printed):
    assert signed_count(difference) == printed


@pytest.mark.parametrize(
    ("day", "printed"),
    [(date(2014, 3, 5), "05/03/2014"), (date(2021, 11, 15), "15/11/2021"), (None, "")],
)
def test_short_dates_have_two_digits(day, printed):
    assert short_date(day) == printed


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2014, 3, 5), "ngày 05 tháng 3 năm 2014"),
        (date(2014, 1, 10), "ngày 10 tháng 01 năm 2014"),
        (date(2014, 2, 9), "ngày 09 tháng 02 năm 2014"),
        (date(2021, 11, 15), "ngày 15 tháng 11 năm 2021"),
    ],
)
def test_long_dates_take_a_zero_below_ten_and_in_the_first_two_months(day, printed):
    assert long_date(day) == printed
