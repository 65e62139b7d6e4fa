import numpy as np
import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.evaluate import compare, spelled
from helpers.metrics import intervals, text_scores

LABELS = ["ataxia", "dystonia", "neuropathy"]


def test_scores_follow_the_records_whatever_the_order_of_predictions(cases, answer):
    predictions = answer(cases, right=40)
    found = compare.score(predictions.sample(frac=1.0, random_state=3), cases, kind="classification")["score"]
    assert list(found.index) == list(cases["record_id"])
    assert found.tolist() == [1.0] * 40 + [0.0] * 20


def test_any_of_several_right_labels_is_right(cases, answer):
    predictions = answer(cases, right=0)
    both = cases.assign(labels=[LABELS] * 60)
    assert compare.score(predictions, both, kind="classification")["score"].mean() == 1.0


def test_an_abstained_answer_scores_nothing(cases, answer):
    predictions = answer(cases, right=60)
    predictions.loc[:9, "abstained"] = True
    assert compare.score(predictions, cases, kind="classification")["score"].sum() == 50


def test_generation_is_scored_against_the_best_reference(terms, wording):
    texts = [f"raised thing{number}" for number in range(11)] + ["something else"]
    found = compare.score(wording(terms, texts), terms, kind="generation")["score"]
    assert found.tolist()[:11] == [1.0] * 11
    assert found.iloc[-1] == text_scores.rouge_l("something else", terms["references"].iloc[-1])


@pytest.mark.parametrize("spoil", ["missing", "foreign", "repeated"])
def test_other_items_are_refused_without_naming_them(cases, answer, spoil):
    predictions = answer(cases, right=10)
    if spoil == "missing":
        predictions = predictions.iloc[1:]
    elif spoil == "foreign":
        predictions.loc[0, "record_id"] = "secret-id"
    else:
        predictions.loc[0, "record_id"] = "r01"
    with pytest.raises(RecordError) as caught:
        compare.table(
            {"one": answer(cases, right=5), "two": predictions}, cases, kind="classification", bootstrap=100, seed=1
        )
    assert "two" in str(caught.value)
    assert "secret-id" not in str(caught.value)


def test_records_without_answers_are_refused(cases, answer):
    with pytest.raises(RecordError, match="60 of 60 test records have no references"):
        compare.score(answer(cases, right=1), cases, kind="generation")
    with pytest.raises(RecordError, match="no test records"):
        compare.score(answer(cases, right=1), cases.iloc[:0], kind="classification")
    with pytest.raises(RecordError, match="Unknown kind"):
        compare.score(answer(cases, right=1), cases, kind="translation")


def test_table_has_one_row_a_model_with_a_clustered_interval(cases, answer):
    models = {"base": answer(cases, right=21), "tuned": answer(cases, right=51)}
    found = compare.table(models, cases, kind="classification", bootstrap=500, seed=4)
    assert list(found["model"]) == ["base", "tuned"]
    assert found["accuracy"].tolist() == [21 / 60, 51 / 60]
    tuned = compare.score(models["tuned"], cases, kind="classification")["score"]
    expected = intervals.cluster_bootstrap(tuned, compare.groups(cases), n=500, seed=4)
    assert found.loc[1, ["low", "high"]].tolist() == [expected.low, expected.high]
    assert found["n_groups"].tolist() == [30, 30]
    assert found["unparseable_frac"].tolist() == [0, 0]
    assert found["greedy_accuracy"].tolist() == found["accuracy"].tolist()
    assert found.loc[0, "latency_median_s"] == pytest.approx(0.1295)


def test_calibration_is_measured_where_probabilities_are_stated_and_left_open_elsewhere(cases, answer):
    stated, bare = answer(cases, right=48, confidence=0.8), answer(cases, right=48)
    bare["probabilities"] = [{} for _ in range(60)]
    found = compare.table({"stated": stated, "bare": bare}, cases, kind="classification", bootstrap=100, seed=1)
    assert found.loc[0, "expected_calibration_error"] == pytest.approx(0)
    right, wrong = 0.2**2 + 2 * 0.1**2, 0.8**2 + 0.9**2 + 0.1**2
    assert found.loc[0, "brier"] == pytest.approx(0.8 * right + 0.2 * wrong)
    assert np.isnan(found.loc[1, "brier"])


def test_two_labels_also_get_balanced_accuracy_correlation_and_area(cases, answer):
    two = cases[cases["labels"].map(lambda labels: labels[0] != "neuropathy")].reset_index(drop=True)
    right = answer(two, right=len(two)).assign(probabilities=[{"ataxia": 0.5, "dystonia": 0.5}] * len(two))
    wrong = right.assign(label="ataxia", probabilities=[{}] * len(two))
    found = compare.table({"right": right, "constant": wrong}, two, kind="classification", bootstrap=100, seed=1)
    columns = ["balanced_accuracy", "matthews_correlation", "roc_auc"]
    assert found.loc[0, columns].tolist() == [1.0, 1.0, 0.5]
    assert found.loc[1, columns[:2]].tolist() == [0.5, 0.0] and np.isnan(found.loc[1, "roc_auc"])
    sure = [{"ataxia": 0.9, "dystonia": 0.1} if labels == ["ataxia"] else {"dystonia": 1.0} for labels in two["labels"]]
    found = compare.table({"m": right.assign(probabilities=sure)}, two, kind="classification", bootstrap=100, seed=1)
    assert found.loc[0, "roc_auc"] == 1.0
    three = compare.table({"m": answer(cases, right=30)}, cases, kind="classification", bootstrap=100, seed=1)
    assert not set(columns) & set(three.columns)


def test_text_that_names_no_label_is_unparseable(cases, answer):
    predictions = answer(cases, right=60)
    predictions.loc[0, "text"] = "I think it is ataxia"
    predictions.loc[1, "text"] = ""
    predictions.loc[2, "text"] = "  \u00c1taxia! "
    found = spelled.labels_of(predictions, labels=LABELS)
    assert (found == "").sum() == 2
    assert (found[["r00", "r01"]] == "").all()
    assert found["r02"] == "ataxia"
    row = compare.table({"m": predictions}, cases, kind="classification", bootstrap=100, seed=1).iloc[0]
    assert row["accuracy"] == 1.0
    assert row["unparseable_frac"] == pytest.approx(2 / 60)
    assert row["greedy_accuracy"] == pytest.approx(57 / 60)  # r02 spells ataxia, its group is dystonia


def test_generation_counts_what_overlap_forgives(terms, wording):
    texts = [f"high level of thing{number}" for number in range(12)]
    texts[0], texts[1] = "low level of thing0", "High level of thing1!"
    row = compare.table({"m": wording(terms, texts)}, terms, kind="generation", bootstrap=200, seed=1).iloc[0]
    assert row["polarity_error_frac"] == pytest.approx(1 / 12)
    assert row["exact_match"] == pytest.approx(11 / 12)
    assert row["rouge_l"] == pytest.approx((11 + 0.75) / 12)


def test_predictions_survive_the_parquet_round_trip(cases, answer, tmp_path):
    predictions = answer(cases, right=33)
    records.write(predictions, tmp_path / "p.parquet", records.PREDICTION_SCHEMA)
    records.write(cases, tmp_path / "r.parquet")
    first = compare.table({"m": predictions}, cases, kind="classification", bootstrap=100, seed=1)
    again = compare.table(
        {"m": records.read(tmp_path / "p.parquet")},
        records.read(tmp_path / "r.parquet"),
        kind="classification",
        bootstrap=100,
        seed=1,
    )
    assert first.equals(again)


def test_no_model_is_refused(cases):
    with pytest.raises(RecordError, match="no model"):
        compare.table({}, cases, kind="classification", bootstrap=100, seed=1)


def test_figures_get_the_same_numbers_as_the_table(cases, answer):
    bare = answer(cases, right=30)
    bare["probabilities"] = [{} for _ in range(60)]
    models = {"tuned": answer(cases, right=48, confidence=0.8), "bare": bare}
    table = compare.table(models, cases, kind="classification", bootstrap=100, seed=1)
    points = compare.estimates(table, kind="classification")
    assert points["name"].tolist() == ["tuned", "bare"]
    assert points["estimate"].tolist() == table["accuracy"].tolist()
    curve = compare.reliability(models, cases)
    assert curve["model"].unique().tolist() == ["tuned"]
    assert curve[["confidence_mean", "accuracy", "n"]].to_numpy().tolist() == [[pytest.approx(0.8), 0.8, 60]]
    assert compare.reliability({"bare": bare}, cases).empty
