import datetime

import pytest

from helpers.clinical.deid import dates


@pytest.mark.parametrize(
    "written",
    [
        "3/4/2021",
        "03/04/21",
        "2021-03-04",
        "2021-03-04T10:15:00Z",
        "20210304",
        "04.03.2021",
        "March 4, 2021",
        "4 March 2021",
        "Mar 4, 2021",
        "4-Mar-2021",
        "04MAR2021",
        "March 4th, 2021",
        "4th of March 2021",
        "the fourth of march two thousand twenty one",
        "march fourth twenty twenty one",
        "Thursday, March 4, 2021",
    ],
)
def test_a_full_date_is_read_in_every_form(written):
    (mention,) = dates.find_dates(f"seen {written} at noon")
    assert f"seen {written} at noon"[mention.start : mention.end] == written
    assert mention.year == 2021
    assert (
        (mention.month, mention.day) in ((3, 4), (4, 3))
        if written[0] == "0" and "." in written
        else (mention.month, mention.day) == (3, 4)
    )


@pytest.mark.parametrize("written", ["March 2021", "3/2021", "2021-03", "Mar '21"])
def test_a_month_is_finer_than_a_year(written):
    (mention,) = dates.find_dates(f"since {written}.")
    assert (mention.year, mention.month, mention.day) == (2021, 3, None)


@pytest.mark.parametrize(
    "prose",
    [
        "in 2019",
        "tone 4/5",
        "levodopa 25/100",
        "BP 120/80",
        "13/45/2020",
        "she may have 3",
        "version 1.2.10",
        "150/90/60",
        "Apgar 8/9",
        "T2-3-4",
        "1-2-3",
    ],
)
def test_years_scores_and_measurements_are_no_dates(prose):
    assert dates.find_dates(prose) == []


def test_day_first_is_learnt_from_the_note():
    mentions = dates.find_dates("Seen 25/03/2021 and 04/05/2021.")
    assert [(m.month, m.day) for m in mentions] == [(3, 25), (5, 4)]


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("3/4/2021", "4/13/2021"),
        ("03/04/21", "04/13/21"),
        ("2021-03-04", "2021-04-13"),
        ("March 4, 2021", "April 13, 2021"),
        ("MAR 3rd, 2021", "APR 12th, 2021"),
        ("4-Mar-2021", "13-Apr-2021"),
        ("20210304", "20210413"),
        ("the fourth of march two thousand twenty one", "the thirteenth of april 2021"),
    ],
)
def test_shifting_keeps_the_form(written, moved):
    assert dates.shift(written, 40) == moved


def test_shifting_keeps_intervals():
    first, second = (dates.shift(value, -377) for value in ("2020-02-28", "2021-01-05"))
    span = datetime.date.fromisoformat(second) - datetime.date.fromisoformat(first)
    assert span == datetime.date(2021, 1, 5) - datetime.date(2020, 2, 28)


def test_what_is_no_date_is_not_shifted():
    assert dates.shift("yesterday", 10) is None


def test_renderings_contain_the_usual_forms():
    forms = dates.renderings("1980-03-04")
    assert {"03/04/1980", "3/4/80", "4 March 1980", "19800304", "March 4, 1980"} <= set(forms)
