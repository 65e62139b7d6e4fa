import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.lm import baselines

TRAIN = [
    ("unsteady gait", "ataxia", "shaky walk"),
    ("unsteady gait, slurred speech", "ataxia", "shaky walk"),
    ("slurred speech", "ataxia", "unclear talk"),
    ("twisted neck", "dystonia", "neck that turns by itself"),
    ("cramped hand", "dystonia", "hand that locks"),
    ("numb feet", "neuropathy", "feet without feeling"),
]
ASKED = [("numb feet at night", "neuropathy"), ("twisted neck since spring", "dystonia"), ("slurred speech", "ataxia")]


def _frame(rows):
    return records.to_frame(
        {
            "record_id": f"{rows[0][0][:3]}{number}",
            "kind": "table",
            "text": text,
            "labels": [label],
            "references": list(references),
        }
        for number, (text, label, *references) in enumerate(rows)
    )


@pytest.fixture
def train():
    return _frame(TRAIN)


@pytest.fixture
def asked():
    return _frame(ASKED)


def _predict(name, train, asked, kind="classification"):
    return baselines.predict(name, train, asked, kind=kind)


def test_majority_answers_the_commonest_label_with_the_training_shares(train, asked):
    found = _predict("majority", train, asked)
    assert found["label"].tolist() == ["ataxia"] * 3
    assert found["probabilities"].iloc[0] == pytest.approx({"ataxia": 3 / 6, "dystonia": 2 / 6, "neuropathy": 1 / 6})


def test_nearest_neighbour_takes_the_label_of_the_most_similar_text(train, asked):
    found = _predict("nearest neighbour", train, asked)
    assert found["label"].tolist() == ["neuropathy", "dystonia", "ataxia"]
    assert found["probabilities"].iloc[1] == {"ataxia": 0.0, "dystonia": 1.0, "neuropathy": 0.0}


def test_tfidf_regression_equals_scikit_learns_with_the_same_settings(train, asked):
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
    model.fit(vectoriser.fit_transform(train["text"]), [row[1] for row in TRAIN])
    found = baselines.predict("TF-IDF + logistic regression", train, asked, kind="classification", cost=10.0)
    expected = model.predict_proba(vectoriser.transform(asked["text"]))
    assert np.allclose([list(row.values()) for row in found["probabilities"]], expected)
    assert found["label"].tolist() == ["neuropathy", "dystonia", "ataxia"]


def test_minilm_regression_knows_words_it_never_saw(train):
    near = _frame(
        [("dysarthria", "ataxia"), ("torticollis", "dystonia"), ("loss of feeling in the toes", "neuropathy")]
    )
    found = _predict("encoder + logistic regression", train, near)
    assert found["label"].iloc[2] == "neuropathy"
    assert all(sum(row.values()) == pytest.approx(1) for row in found["probabilities"])


def test_predictions_hold_to_the_schema_and_to_the_order_of_the_records(train, asked, tmp_path):
    for kind in ("classification", "generation"):
        for name in baselines.names(kind):
            found = _predict(name, train, asked.iloc[::-1], kind)
            assert found["record_id"].tolist() == asked["record_id"].tolist()[::-1]
            assert (found["model"] == name).all()
            assert (found["label"] != "").all() == (kind == "classification")
            records.write(found, tmp_path / "p.parquet", records.PREDICTION_SCHEMA)


def test_writers_copy_repeat_and_look_up(train, asked):
    assert _predict("majority", train, asked, "generation")["text"].tolist() == ["shaky walk"] * 3
    assert _predict("copy the input", train, asked, "generation")["text"].tolist() == [row[0] for row in ASKED]
    expected = ["feet without feeling", "neck that turns by itself", "unclear talk"]
    assert _predict("nearest neighbour", train, asked, "generation")["text"].tolist() == expected
    assert _predict("encoder nearest neighbour", train, asked, "generation")["text"].tolist() == expected


@pytest.mark.parametrize(("name", "kind"), [("crystal ball", "classification"), ("copy the input", "classification")])
def test_unknown_baseline_is_refused_with_those_of_the_kind(train, asked, name, kind):
    with pytest.raises(RecordError, match=f"no baseline `{name}` for {kind}") as error:
        _predict(name, train, asked, kind)
    assert "TF-IDF + logistic regression" in str(error.value)


def test_a_task_may_choose_its_baselines_and_misspelling_one_is_refused():
    assert baselines.names("generation") == baselines.WRITERS
    assert baselines.names("classification") == baselines.names("classification", ()) == baselines.CLASSIFIERS
    assert baselines.names("classification", ["TPSA under 90", "majority"]) == ("TPSA under 90", "majority")
    with pytest.raises(RecordError, match=r"no baseline `TPSA under 9` for classification.*TPSA under 90"):
        baselines.names("classification", ["majority", "TPSA under 9"])
    with pytest.raises(RecordError, match="no baseline `TPSA under 90` for generation"):
        baselines.names("generation", ["TPSA under 90"])


def test_cost_is_the_one_with_the_best_validation_accuracy(train, asked, monkeypatch):
    right = {1.0: 1, 10.0: 3, 100.0: 2}

    def fake(name, train, records, *, cost, **kwargs):
        gold = [labels[0] for labels in records["labels"]]
        return records.assign(label=gold[: right[cost]] + ["wrong"] * (3 - right[cost]))

    monkeypatch.setattr(baselines, "predict", fake)
    assert baselines.choose_cost("TF-IDF + logistic regression", train, asked) == 10.0
    assert baselines.choose_cost("nearest neighbour", train, asked) == 1.0


@pytest.mark.parametrize("name", ["majority", "TF-IDF + logistic regression"])
def test_a_label_set_of_one_is_refused(name, few_records):
    same = few_records.assign(labels=[["dystonia"]] * len(few_records))
    with pytest.raises(RecordError, match=r"same label.*12 records, label `dystonia`"):
        baselines.predict(name, same, few_records, kind="classification")


def test_vectors_of_one_stage_spare_the_next_the_encoder(train, asked, tiny_encoder_dir, tmp_path, monkeypatch):
    name, where = "encoder + logistic regression", {"encoder": str(tiny_encoder_dir), "device": "cpu"}
    baselines._vectors.cache_clear()
    first = baselines.predict(name, train, asked, kind="classification", **where)
    path = baselines.keep_vectors(tmp_path / "vectors.npz", **where)
    baselines._vectors.cache_clear()
    monkeypatch.setattr(baselines.models, "embed", lambda texts, **_: pytest.fail("embedded again"))
    texts = [*train["text"], *asked["text"]]
    assert baselines.take_vectors(path, [*texts, "new to both"], **where) == len(set(texts))
    again = baselines.predict(name, train, asked, kind="classification", **where)
    assert again["probabilities"].tolist() == first["probabilities"].tolist()


def test_without_an_encoder_among_the_baselines_no_vector_is_kept(tmp_path):
    baselines._vectors.cache_clear()
    assert baselines.take_vectors(baselines.keep_vectors(tmp_path / "vectors.npz"), ["any"]) == 0
