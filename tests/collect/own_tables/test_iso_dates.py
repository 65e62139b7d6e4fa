from datetime import date, datetime

import pytest

from helpers.collect.own_tables import iso_dates


@pytest.mark.parametrize(
    "value",
    ["2020-03-31", "2020-3-31", "2020/03/31", "20200331", "31.03.2020", "31/03/2020", "03/31/2020", "31-03-2020",
     "31 Mar 2020", "31-Mar-2020", "31 March 2020", "Mar 31, 2020", "31. March 2020", "2020-03-31T14:05:00Z",
     "31/03/2020 14:05", "03/31/2020, 2:05 PM", "2020-03-31 14:05:00.123+02:00", date(2020, 3, 31),
     datetime(2020, 3, 31, 14, 5), 20200331, 20200331.0, " 2020-03-31 "],
)  # fmt: skip
def test_what_can_be_only_one_day_becomes_iso(value):
    assert iso_dates.iso(value) == ("2020-03-31", "")


@pytest.mark.parametrize("value", ["03/04/2020", "3-4-2020", "03/04/2020 10:00"])
def test_what_could_be_two_days_is_left_empty_with_a_remark_unless_a_format_is_stated(value):
    assert iso_dates.iso(value) == ("", iso_dates.AMBIGUOUS)
    assert iso_dates.iso(value, ["%d/%m/%Y", "%d-%m-%Y"]) == ("2020-04-03", "")


def test_the_same_day_twice_is_not_ambiguous():
    assert iso_dates.iso("04/04/2020") == ("2020-04-04", "")


@pytest.mark.parametrize(
    "value", ["31/13/2020", "2020-02-30", "soon", "03/04/20", "0020-01-01", "2020123", "44000", 43921.5]
)
def test_what_is_no_date_is_left_empty_with_a_remark(value):
    assert iso_dates.iso(value) == ("", iso_dates.UNREADABLE)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_nothing_is_nothing_and_needs_no_remark(value):
    assert iso_dates.iso(value) == ("", "")


def test_a_bare_year_stays_one_and_stated_formats_are_the_only_ones():
    assert iso_dates.iso("2019") == ("2019", "")
    assert iso_dates.iso("2020-03-31", ["%d/%m/%Y"]) == ("", iso_dates.UNREADABLE)
    assert iso_dates.iso("31/03/2020 14:05", ["%d/%m/%Y"]) == ("2020-03-31", "")
