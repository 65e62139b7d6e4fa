"""A user's table with something wrong in it, gathered as a task does: an error that says what to do, or rows counted by
reason, and never a word of what a record says.
"""

import gzip

import pytest

from helpers.collect import intake, sources
from helpers.core import task_sources
from helpers.core.errors import RecordError

HEADER = "id,patient,note,outcome,seen"
COLUMNS = {"record_id": "id", "patient_key": "patient", "text": "note", "labels": "outcome", "date": "seen"}
SECRET = "quokka"


def _rows(count=100, **cells):
    """Lines of a sound table; of a column given, the cell of each row."""
    rows = []
    for i in range(count):
        row = {"id": f"n{i:03d}", "patient": f"p{i // 2}", "note": f"{SECRET} says {i}", "outcome": "ab"[i % 2]}
        row |= {"seen": "2023-03-31"} | {name: of_row(i) for name, of_row in cells.items()}
        rows.append(",".join(row.values()))
    return "\n".join([HEADER, *rows]) + "\n"


def _gather(tmp_path, content, *, name="letters.csv", **block):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = task_sources.Source(card="ward", kind="clinical_note", path=str(path), **{"columns": COLUMNS} | block)
    return sources.gather([source], folder=tmp_path, seed=1, labels=["a", "b"])


def _reasons(quarantine):
    assert list(quarantine.columns) == intake.QUARANTINE_COLUMNS
    assert not quarantine.map(lambda cell: SECRET in cell).any(axis=None)
    return quarantine["reason"].value_counts().to_dict()


def test_a_sound_table_comes_in_whole(tmp_path):
    found, quarantine = _gather(tmp_path, _rows())
    assert len(found) == 100 and quarantine.empty


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (
            gzip.compress(_rows(2000).encode())[:-200],
            "letters.csv.gz",
            ["letters.csv.gz", "cut off"],
        ),
        (_rows().replace(",", ";"), "letters.csv", ["delimiter", '";"']),
        (_rows().replace("outcome", "result"), "letters.csv", ["lacks columns", "outcome"]),
        (_rows(note=lambda i: "" if i % 10 < 6 else f"{SECRET} {i}"), "letters.csv", ["no text: 60", "60 of 100"]),
        ("", "letters.csv", ["ward", "empty file"]),
    ],
    ids=["truncated gzip", "wrong delimiter", "column not there", "mostly empty", "nothing in it"],
)
def test_a_table_that_cannot_be_used_is_an_error_with_a_remedy(tmp_path, content, name, said):
    with pytest.raises(RecordError) as caught:
        _gather(tmp_path, content, name=name)
    for words in said:
        assert words in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "Remedy: " in str(caught.value)


def test_of_ids_that_repeat_the_first_is_kept_and_the_others_are_counted(tmp_path):
    found, quarantine = _gather(tmp_path, _rows(id=lambda i: f"n{i % 80:03d}"))
    assert len(found) == 80 and _reasons(quarantine) == {"duplicate id": 20}


def test_rows_of_another_encoding_are_set_aside_or_read_by_the_stated_one(tmp_path):
    lines = [line.replace("says", "sagt möglich") for line in _rows().splitlines(keepends=True)]
    mixed = b"".join(line.encode("cp1252" if number % 5 == 1 else "utf-8") for number, line in enumerate(lines))
    found, quarantine = _gather(tmp_path, mixed)
    assert len(found) == 80 and sum(_reasons(quarantine).values()) == 20
    assert "utf-8" in quarantine["reason"].iloc[0]
    found, quarantine = _gather(tmp_path, mixed, encoding_fallback="cp1252")
    assert quarantine.empty and found["text"].str.contains("möglich").sum() == 100
    assert intake.remarks(found)["records"].tolist() == [20]


def test_days_in_three_forms_become_iso_and_ambiguous_ones_are_left_empty_and_counted(tmp_path):
    forms = ("2023-03-31", "31/03/2023", "31 March 2023", "03/04/2023")
    found, quarantine = _gather(tmp_path, _rows(seen=lambda i: forms[i % 4]))
    assert quarantine.empty
    assert found["date"].value_counts().to_dict() == {"2023-03-31": 75, "": 25}
    assert intake.remarks(found)["records"].tolist() == [25]


def test_labels_outside_the_set_are_set_aside(tmp_path):
    found, quarantine = _gather(tmp_path, _rows(outcome=lambda i: "maybe" if i % 4 == 0 else "a"))
    assert len(found) == 75 and _reasons(quarantine) == {"label outside the task's labels": 25}
    assert not quarantine.map(lambda cell: "maybe" in cell).any(axis=None)


def test_thirty_per_cent_of_empty_texts_are_set_aside_and_refused_where_the_block_says_so(tmp_path):
    content = _rows(note=lambda i: "  " if i % 10 < 3 else f"{SECRET} {i}")
    found, quarantine = _gather(tmp_path, content)
    assert len(found) == 70 and _reasons(quarantine) == {"no text": 30}
    with pytest.raises(RecordError, match="30 of 100 rows"):
        _gather(tmp_path, content, max_set_aside_frac=0.2)


def test_faults_together_are_each_counted_and_no_row_is_lost(tmp_path):
    content = _rows(
        id=lambda i: "n000" if 0 < i < 5 else f"n{i:03d}",
        note=lambda i: "" if 10 <= i < 20 else f"{SECRET} {i}",
        outcome=lambda i: "c" if 30 <= i < 36 else "" if 40 <= i < 42 else "a",
    )
    found, quarantine = _gather(tmp_path, content)
    assert _reasons(quarantine) == {
        "no text": 10, "label outside the task's labels": 6, "duplicate id": 4, "no label": 2,
    }  # fmt: skip
    assert len(found) + len(quarantine) == 100
