import json

import pytest

from helpers.core import ledger
from helpers.core.errors import StageError


@pytest.fixture
def run_dir(tmp_path):
    for number in range(4):
        ledger.append(tmp_path, "test set opened" if number % 2 else "gate:verdict", stage="05_evaluate", number=number)
    return tmp_path


def _lines(run_dir):
    return (run_dir / ledger.NAME).read_text().splitlines()


def _write(run_dir, lines):
    (run_dir / ledger.NAME).write_text("\n".join(lines) + "\n")


def test_entries_come_back_in_order_each_holding_the_hash_of_the_one_before(run_dir):
    entries = ledger.read(run_dir)
    assert [entry["data"]["number"] for entry in entries] == [0, 1, 2, 3]
    assert entries[0]["previous"] == ""
    assert [entry["previous"] for entry in entries[1:]] == [entry["sha256"] for entry in entries[:-1]]
    assert ledger.count(run_dir, "test set opened") == 2


def test_run_without_ledger_has_no_entries(tmp_path):
    assert ledger.read(tmp_path) == [] and ledger.count(tmp_path, "test set opened") == 0


def test_changed_entry_is_detected(run_dir):
    _write(run_dir, [line.replace('"number": 2', '"number": 5') for line in _lines(run_dir)])
    with pytest.raises(StageError, match="entry 2 does not follow"):
        ledger.read(run_dir)


def test_changed_entry_with_its_hash_made_to_fit_is_detected_by_the_next(run_dir):
    lines = _lines(run_dir)
    entry = json.loads(lines[1])
    entry["data"]["number"] = 5
    entry["sha256"] = ledger._digest(entry)
    _write(run_dir, [lines[0], json.dumps(entry), *lines[2:]])
    with pytest.raises(StageError, match="entry 2 does not follow"):
        ledger.read(run_dir)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_removed_entry_is_detected(run_dir, gone):
    lines = _lines(run_dir)
    _write(run_dir, lines[:gone] + lines[gone + 1 :])
    with pytest.raises(StageError, match=f"entry {gone} does not follow"):
        ledger.read(run_dir)


def test_inserted_entry_is_detected_even_with_a_hash_of_its_own(run_dir):
    lines = _lines(run_dir)
    forged = json.loads(lines[1]) | {"event": "gate:deid", "index": 2, "previous": json.loads(lines[1])["sha256"]}
    forged["sha256"] = ledger._digest(forged)
    _write(run_dir, [*lines[:2], json.dumps(forged), *lines[2:]])
    with pytest.raises(StageError, match="entry 3 does not follow"):
        ledger.read(run_dir)


@pytest.mark.parametrize("noise", ["{", "[]", "3", '{"event": "x"}'])
def test_line_that_is_no_entry_is_detected(run_dir, noise):
    _write(run_dir, [*_lines(run_dir), noise])
    with pytest.raises(StageError, match="entry 4 does not follow"):
        ledger.read(run_dir)


def test_nothing_is_appended_to_an_edited_ledger(run_dir):
    lines = _lines(run_dir)[1:]
    _write(run_dir, lines)
    with pytest.raises(StageError, match="was edited"):
        ledger.append(run_dir, "gate:verdict", passed=True)
    assert _lines(run_dir) == lines
