import pytest

from helpers.clinical.deid import adapters
from helpers.clinical.deid.spans import Span
from helpers.core import records as schema
from helpers.core.errors import StageError
from helpers.preprocess import operating_points


def _records(count=12, **more):
    rows = []
    for i in range(count):
        name = f"Ada {'Mossley Quillon Harcastle Odeson'.split()[i % 4]}"
        text = f"Patient: {name}\nMRN: 44{i:05d}\n\nFindings: Seizure, Ataxia and Ptosis."
        start = text.index(name)
        gold = [{"start": start, "end": start + len(name), "label": "NAME"}]
        rows.append({"record_id": f"r{i}", "kind": "clinical_note", "text": text, "spans": gold} | more)
    return schema.to_frame(rows)


def _adapter(monkeypatch, find):
    monkeypatch.setattr(adapters, "load", lambda name: adapters.Adapter(name, find))


def test_both_modes_are_scored_at_every_threshold_and_a_higher_one_never_finds_more():
    points = operating_points.measure(_records())
    assert tuple(points.columns) == operating_points.COLUMNS
    assert points["engine"].value_counts().to_dict() == dict.fromkeys(
        ("ours, balanced", "ours, strict"), len(operating_points.THRESHOLDS)
    )
    for _, part in points.groupby("engine"):
        assert part["char_recall"].is_monotonic_decreasing
        assert part["over_redaction"].is_monotonic_decreasing
        assert (part["recall_low"] <= part["char_recall"]).all()
    assert points["char_recall"].iloc[0] > 0.9


def test_an_adapter_is_one_point_on_the_same_notes(monkeypatch):
    _adapter(monkeypatch, lambda text: [Span(9, text.index("\n"), "NAME", "rules")])
    points = operating_points.measure(_records(), adapter_names=("theirs",)).set_index("engine")
    assert points.loc["theirs", ["threshold", "char_recall", "over_redaction", "notes"]].tolist() == [0, 1, 0, 12]


def test_an_adapter_that_takes_everything_pays_for_it_in_over_redaction(monkeypatch):
    _adapter(monkeypatch, lambda text: [Span(0, len(text), "ID", "rules")])
    points = operating_points.measure(_records(), adapter_names=("all",)).set_index("engine")
    assert points.loc["all", ["char_recall", "over_redaction"]].tolist() == [1, 1]


def test_the_notes_are_bounded_and_those_without_gold_left_out(monkeypatch):
    seen = []
    _adapter(monkeypatch, lambda text: seen.append(text) or [])
    points = operating_points.measure(_records(12), adapter_names=("one",), most_notes=5)
    assert len(seen) == 5 and set(points["notes"]) == {5}
    nothing = operating_points.measure(_records(3, spans=[]))
    assert nothing.empty and operating_points.pictures(nothing) == []


def test_the_points_can_be_drawn():
    (picture,) = operating_points.pictures(operating_points.measure(_records()))
    assert picture.draw(picture.data).get_xlabel().startswith("over-redaction")


def test_an_adapter_that_is_not_there_is_an_error_that_names_it():
    with pytest.raises(StageError, match="nobody"):
        operating_points.measure(_records(), adapter_names=("nobody",))
