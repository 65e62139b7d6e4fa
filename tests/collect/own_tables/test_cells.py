import pytest

from helpers.collect.own_tables import cells
from helpers.core.errors import RecordError


def test_a_header_with_every_mapped_column_passes():
    cells.require(["id", "text", "label", "more"], ["text", "label"], file="a.csv")


def test_a_missing_column_names_those_found_those_expected_and_the_remedy():
    with pytest.raises(
        RecordError, match=r"a\.csv lacks columns.*Found: id, note text\. Expected: text\. Remedy: mend"
    ):
        cells.require(["id", "note text"], ["id", "text"], file="a.csv")


def test_a_wrong_delimiter_is_recognised_and_the_right_one_suggested():
    with pytest.raises(RecordError, match=r'Found: id;text;label\..*Remedy: set `delimiter: ";"`'):
        cells.require(["id;text;label"], ["id", "text"], file="a.csv", delimiter=",")
    with pytest.raises(RecordError, match=r'delimiter: "\\t"'):
        cells.require(["id\ttext"], ["id", "text"], file="a.csv", delimiter=",")


@pytest.mark.parametrize(
    "row", [["n1", "Ana Prueba", "2020-01-31"], ["Ana", "1234567"], ["a", "seen by us, and then sent home " * 3]]
)
def test_a_first_row_that_looks_like_data_is_not_shown(row):
    with pytest.raises(RecordError, match="is there a header line") as caught:
        cells.require(row, ["text"], file="a.csv")
    assert not any(value in str(caught.value) for value in row[1:])


def test_a_mapped_column_that_comes_twice_is_refused_and_another_is_not():
    cells.require(["id", "text", "x", "x"], ["id", "text"], file="a.csv")
    with pytest.raises(RecordError, match=r"more than once. Found: text"):
        cells.require(["id", "text", "text"], ["id", "text"], file="a.csv")


def test_a_long_header_is_cut():
    assert cells.shown([f"c{i}" for i in range(50)]).endswith("c39 and 10 more")
