import json

import numpy as np
import pytest

from helpers.core.errors import RecordError, StageError
from helpers.deploy import monitor

TEXTS = [f"Ataxia and hypotonia number {i}; seizures since birth" for i in range(30)]
CLASSES = [f"family {i % 6}" for i in range(30)]


def _log(path, batch, *, n, rng, tokens=60.0, label_p=(0.5, 0.5)):
    with path.open("a") as file:
        for _ in range(n):
            event = dict.fromkeys(monitor.NUMERIC, 0.0) | {
                "time": "2026-01-02T03:04:05+00:00",
                "event": "prediction",
                "batch": batch,
                "label": str(rng.choice(["a", "b"], p=label_p)),
                "prompt_tokens": rng.normal(tokens, 10),
                "confidence": rng.random(),
                "margin": rng.random(),
            }
            file.write(json.dumps(event) + "\n")


def test_traffic_has_two_weeks_and_only_the_second_is_shifted():
    found = monitor.simulate_traffic(TEXTS, per_week=40, shift="capitals", seed=3)
    first, second = (found[found["batch"] == week]["text"] for week in (monitor.REFERENCE, monitor.CURRENT))
    assert len(first) == len(second) == 40
    assert set(first) <= set(TEXTS) and all(text.isupper() for text in second)
    assert found.equals(monitor.simulate_traffic(TEXTS, per_week=40, shift="capitals", seed=3))
    assert not found.equals(monitor.simulate_traffic(TEXTS, per_week=40, shift="capitals", seed=4))


@pytest.mark.parametrize(
    ("shift", "check"),
    [
        ("longer", lambda old, new: np.mean([*map(len, new)]) > 1.9 * np.mean([*map(len, old)])),
        ("shorter", lambda old, new: np.mean([*map(len, new)]) < 0.7 * np.mean([*map(len, old)])),
        ("misspelt", lambda old, new: len(set(new) - set(TEXTS)) > 10 and [*map(len, new)] == [*map(len, new)]),
        ("none", lambda old, new: set(new) <= set(TEXTS)),
    ],
)
def test_each_shift_does_what_its_name_says(shift, check):
    found = monitor.simulate_traffic(TEXTS, per_week=60, shift=shift, seed=1)
    assert check(found["text"][:60].tolist(), found["text"][60:].tolist())


def test_misspelling_swaps_letters_and_keeps_the_rest():
    found = monitor.simulate_traffic(TEXTS, per_week=60, shift="misspelt", seed=1)["text"][60:]
    assert {"".join(sorted(text)) for text in found} <= {"".join(sorted(text)) for text in TEXTS}


def test_class_mix_makes_half_of_the_classes_frequent():
    by_text = dict(zip(TEXTS, CLASSES, strict=True))
    found = monitor.simulate_traffic(TEXTS, per_week=600, shift="class_mix", seed=1, classes=CLASSES)
    counts = found["text"][600:].map(by_text).value_counts()
    assert len(counts) == 6 and counts.iloc[2] > 2.5 * counts.iloc[3]


def test_impossible_traffic_is_refused():
    with pytest.raises(RecordError, match="sideways"):
        monitor.simulate_traffic(TEXTS, per_week=5, shift="sideways", seed=1)
    with pytest.raises(RecordError, match="class_mix needs"):
        monitor.simulate_traffic(TEXTS, per_week=5, shift="class_mix", seed=1)


def test_drift_table_flags_what_changed_and_nothing_else(tmp_path):
    path, rng = tmp_path / "requests.jsonl", np.random.default_rng(0)
    _log(path, "week 1", n=80, rng=rng)
    _log(path, "week 2", n=80, rng=rng, tokens=75, label_p=(0.9, 0.1))
    first, second = (monitor.snapshot(path, batch=week) for week in ("week 1", "week 2"))
    assert len(first) == len(second) == 80 and len(monitor.snapshot(path)) == 160
    table = monitor.drift_table(first, second, seed=1).set_index("feature")
    assert set(table.index[table["drifted"]]) == {"prompt_tokens", "label"}
    assert (table["p_holm"] >= table["p"]).all() and table.loc["prompt_tokens", "psi"] > 0.25
    assert not monitor.drift_table(first, first, seed=1)["drifted"].any()


def test_feedback_lines_are_no_predictions_and_small_or_missing_logs_are_refused(tmp_path):
    path, rng = tmp_path / "requests.jsonl", np.random.default_rng(0)
    with pytest.raises(StageError, match="no request log"):
        monitor.snapshot(path)
    _log(path, "", n=5, rng=rng)
    with path.open("a") as file:
        file.write(json.dumps({"event": "feedback", "outcome": "accepted"}) + "\n")
    frame = monitor.snapshot(path)
    assert len(frame) == 5
    with pytest.raises(StageError, match="too few"):
        monitor.drift_table(frame, frame, seed=1)
    path.write_text("{")
    with pytest.raises(StageError, match="not JSON"):
        monitor.snapshot(path)
