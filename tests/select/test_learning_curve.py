import numpy as np
import pandas as pd
import pytest

from helpers.core import records
from helpers.select import learning_curve

FRACS = (0.1, 0.5, 1.0)


def frame(count, first=0, noise=0.0):
    """Records of patients with two each; three labels whose words tell them, but for a share of `noise`."""
    rng = np.random.default_rng(first)
    words = {"ataxia": "gait", "dystonia": "neck", "palsy": "birth"}
    rows = []
    for number in range(first, first + count):
        label = list(words)[number // 2 % 3]
        told = words[label] if rng.random() >= noise else words[list(words)[rng.integers(3)]]
        rows.append(
            {
                "record_id": f"r{number}",
                "patient_key": f"p{number // 2}",
                "kind": "clinical_note",
                "source": "made_up",
                "text": f"{told} case {number}",
                "labels": [label],
                "references": [label],
            }
        )
    return records.to_frame(rows)


def scores(few, most, groups=None):
    """A table as `measure` returns it, of one model at two sizes."""
    rows = [
        ("m", frac, 0, int(frac * 100), f"r{index}", (groups or list(range(len(values))))[index], float(value))
        for frac, values in ((0.5, few), (1.0, most))
        for index, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["model", "frac", "repeat", "n_train", "record_id", "group", "score"])


def test_parts_lie_inside_each_other_keep_patients_whole_and_labels_in_like_shares():
    train = frame(120)
    parts = learning_curve.subsets(train, FRACS, seed=1)
    sizes = [len(part) for part in parts.values()]
    assert sizes == [12, 60, 120]
    small, half, whole = (set(part["record_id"]) for part in parts.values())
    assert small < half < whole
    for part in parts.values():
        assert part.groupby("patient_key").size().eq(2).all()
        assert part["labels"].str[0].value_counts().max() <= len(part) / 3 + 2


def test_parts_depend_on_the_seed_and_not_on_the_order_of_rows():
    train = frame(60)
    first = set(learning_curve.subsets(train, [0.2], seed=1)[0.2]["record_id"])
    assert set(learning_curve.subsets(train.iloc[::-1], [0.2], seed=1)[0.2]["record_id"]) == first
    assert set(learning_curve.subsets(train, [0.2], seed=2)[0.2]["record_id"]) != first


def test_every_model_is_scored_on_all_validation_records_at_every_size():
    train, validation = frame(90, noise=0.3), frame(30, first=1000)
    found = learning_curve.measure(
        train,
        validation,
        fracs=FRACS,
        repeats=2,
        costs={"majority": 1.0, "TF-IDF + logistic regression": 10.0},
        kind="classification",
        seed=1,
    )
    # two models; two draws of the two parts below 1, one of the whole
    assert len(found) == 2 * (2 + 2 + 1) * len(validation)
    curve = learning_curve.curve(found, bootstrap=200, seed=1).set_index(["model", "frac"])
    assert curve.loc[("majority", 1.0), "estimate"] == pytest.approx(1 / 3, abs=0.1)
    assert curve.loc[("TF-IDF + logistic regression", 1.0), "estimate"] > 0.9
    assert (curve["n"] == len(validation)).all() and (curve["n_train"] <= len(train)).all()
    assert (curve["subset_low"] <= curve["estimate"]).all() and (curve["estimate"] <= curve["subset_high"]).all()
    assert (curve["low"] <= curve["estimate"]).all() and (curve["estimate"] <= curve["high"]).all()


def test_written_answers_are_scored_by_rouge():
    found = learning_curve.measure(
        frame(30), frame(6, first=500), fracs=[0.5, 1.0], repeats=1, costs={"majority": 1.0}, kind="generation", seed=1
    )
    assert found["score"].isin([0.0, 1.0]).all() and 0 < found["score"].mean() < 1


@pytest.mark.parametrize(("fracs", "kind"), [((), "classification"), (FRACS, "extraction")])
def test_no_shares_and_kinds_without_a_score_of_each_record_draw_nothing(fracs, kind):
    found = learning_curve.measure(
        frame(6), frame(6, first=500), fracs=fracs, repeats=1, costs={"majority": 1.0}, kind=kind, seed=1
    )
    assert found.empty
    assert learning_curve.pictures(learning_curve.curve(found, bootstrap=100, seed=1), kind=kind) == []
    assert learning_curve.reading(found, bootstrap=100, seed=1).empty


def test_the_last_step_is_read_as_rising_flat_or_open():
    rng = np.random.default_rng(0)
    said = {}
    same = rng.random(2000) < 0.7
    flat = same ^ (rng.random(2000) < 0.01)
    for name, few, most in (
        ("rising", rng.random(300) < 0.5, rng.random(300) < 0.8),
        ("flat", same, flat),
        ("open", rng.random(30) < 0.6, rng.random(30) < 0.6),
        ("equal", same, same),
        ("few and falling", np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])),
    ):
        row = learning_curve.reading(scores(few, most), bootstrap=500, seed=1).iloc[0]
        said[name] = row["reading"].split(":")[0]
        assert row["gain"] == pytest.approx(np.mean(most) - np.mean(few)) and row["low"] <= row["gain"] <= row["high"]
        assert (row["from_records"], row["to_records"]) == (50, 100)
    assert said == {
        "rising": "still rising",
        "flat": "flat",
        "open": "cannot tell",
        "equal": "unchanged",
        "few and falling": "cannot tell",
    }


def test_the_picture_shows_every_model_with_size_and_interval():
    found = learning_curve.measure(
        frame(60, noise=0.4),
        frame(30, first=1000),
        fracs=FRACS,
        repeats=2,
        costs={"majority": 1.0, "nearest neighbour": 1.0},
        kind="classification",
        seed=1,
    )
    curve = learning_curve.curve(found, bootstrap=100, seed=1)
    (picture,) = learning_curve.pictures(curve, kind="classification")
    ax = picture.draw(picture.data)
    assert ax.get_xscale() == "log" and "records" in ax.get_xlabel() and "accuracy" in ax.get_ylabel()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["majority", "nearest neighbour"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["6", "30", "60"]
