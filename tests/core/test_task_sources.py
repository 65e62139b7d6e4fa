import pytest

from helpers.core import task_sources


def _source(**changes):
    values = {"card": "mine", "kind": "clinical_note", "path": "in.csv"} | changes
    return task_sources.Source(**{name: value for name, value in values.items() if value is not None})


COLUMNS = {"text": "note", "labels": "outcome"}


def test_a_block_with_columns_or_a_label_source_is_a_users_own():
    assert not _source().is_own
    assert _source(columns=COLUMNS).is_own
    assert _source(path="letters", label_from="folder", format="text_folder").is_own


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"format": "csv"}, "format needs `columns`"),
        ({"delimiter": ";", "sheet": "a"}, "delimiter, sheet needs `columns`"),
        ({"columns": {"text": "a"}}, "must name labels, references or mentions"),
        ({"columns": {"labels": "a"}}, "must name the text"),
        ({"columns": COLUMNS, "kind": "ehr"}, "a user's own notes"),
        ({"columns": COLUMNS, "path": "embedded:diagnosis"}, "a user's own notes"),
        ({"columns": COLUMNS, "format": "text_folder"}, "belong together"),
        ({"label_from": "folder", "format": "csv"}, "belong together"),
        ({"label_from": "folder", "columns": {"date": "a"}}, "name it in `label_from`"),
        ({"label_from": "key.csv"}, "as record_id the column of the file's name"),
        ({"label_from": "key.csv", "columns": {"labels": "a"}}, "as record_id"),
        ({"label_from": "key.csv", "columns": {"labels": "a", "record_id": "b", "text": "c"}}, "leave `columns.text`"),
        ({"columns": COLUMNS | {"age": "a", "birth_date": "b"}}, "one column only, not from birth_date and age"),
        ({"columns": COLUMNS | {"txet": "a"}}, "txet"),
        ({"columns": COLUMNS, "encoding": "utf-9"}, "no such text encoding"),
        ({"columns": COLUMNS, "encoding_fallback": "base64"}, "no such text encoding"),
        ({"columns": COLUMNS, "delimiter": ";;"}, "delimiter"),
        ({"columns": COLUMNS, "delimiter": '"'}, "delimiter"),
        ({"split": {"column": "a"}}, "split needs `columns`"),
        ({"columns": COLUMNS, "split": {}}, "either column or parts, or test_ids"),
        ({"columns": COLUMNS, "split": {"column": "a", "test_ids": "b"}}, "either column or parts, or test_ids"),
        ({"columns": COLUMNS, "split": {"parts": {"train": "a"}}}, "must name train and test"),
        ({"columns": COLUMNS, "split": {"parts": {"train": "a", "test": ["a", "b"]}}}, "one thing on two sides"),
        ({"columns": COLUMNS, "split": {"parts": {"train": "a", "testing": "b"}}}, "testing"),
        ({"columns": COLUMNS, "split": {"test_ids": "ids.txt"}}, "needs `columns.record_id`"),
        ({"path": "hub:a/b@c", "columns": COLUMNS, "format": "csv"}, "neither `format` nor"),
        ({"path": "hub:a/b@c"}, "needs `columns`"),
        ({"path": "hub:a/b@c", "columns": COLUMNS, "row": "a"}, "nor `row`"),
        ({"row": "a"}, "row needs `columns`"),
        ({"columns": COLUMNS, "format": "xml"}, "xml needs `row`"),
        ({"columns": COLUMNS, "format": "csv", "row": "a"}, "`row` belongs to xml"),
        ({"columns": COLUMNS, "row": "a[1]"}, "row"),
        ({"columns": COLUMNS, "row": "../a"}, "row"),
        ({"columns": COLUMNS, "row": "a/*"}, "row"),
        ({"columns": COLUMNS | {"text": "a/*"}, "row": "a"}, r"not a/\*"),
        ({"columns": COLUMNS | {"text": "//a"}, "row": "a"}, "paths such as .*not //a"),
        ({"columns": COLUMNS | {"text": ["a", "b[1]"], "date": "@c/d"}, "row": "a"}, r"not b\[1\], @c/d"),
        ({"columns": COLUMNS, "config": "a"}, "belongs to hub data sets"),
        ({"columns": COLUMNS, "as_published": True}, "journals and tables"),
        ({"columns": COLUMNS, "date_format": "day first"}, "names day, month and year"),
        ({"columns": COLUMNS, "date_format": ["%d/%m/%Y", "%m/%Y"]}, "names day, month and year"),
    ],
)
def test_a_block_that_does_not_hold_together_is_refused(block, says):
    with pytest.raises(ValueError, match=says):
        _source(**block)


def test_columns_of_xml_may_be_any_path_that_its_reader_knows():
    columns = {
        "text": ["q", "a/b.c", "."],
        "labels": "@id",
        "group": "/*/@x-y",
        "date": "/set/day",
        "sex": "a/b/@sex",
    }
    assert _source(columns=columns, row="/set/pair", path="in.xml").row == "/set/pair"


def test_columns_are_named_once_each():
    columns = task_sources.Columns(
        text="note", record_id="id", patient_key="mrn", identifiers={"mrn": "MRN", "first": "NAME"}
    )
    assert columns.names() == ["note", "id", "mrn", "first"]
