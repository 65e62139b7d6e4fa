import numpy as np
import pytest

from helpers.core.errors import RecordError
from helpers.evaluate import compare, subgroups
from helpers.metrics import intervals


def table(cases, answer, columns, right=40):
    values = compare.score(answer(cases, right=right), cases, kind="classification")
    return values, subgroups.by_subgroup(values, cases, columns=columns, groups=compare.groups(cases), seed=1)


def test_each_value_has_its_own_mean_and_clustered_interval(cases, answer):
    values, found = table(cases, answer, ["sex"])
    female = (cases["sex"] == "female").to_numpy()
    row = found.set_index("value").loc["female"]
    assert row["estimate"] == pytest.approx(values["score"].to_numpy()[female].mean())
    expected = intervals.clustered_mean(values["score"].to_numpy()[female], cases["group"][female], n=2000, seed=1)
    assert (row["low"], row["high"], row["n"], row["n_groups"]) == (expected.low, expected.high, 30, 15)
    assert found["n"].sum() == 60


def test_small_and_unrecorded_subgroups_say_so(cases, answer):
    _, found = table(cases, answer, ["age_band"])
    row = found.set_index("value").loc[subgroups.NOT_RECORDED]
    assert (row["n"], row["n_groups"]) == (4, 2)
    assert np.isnan(row["low"])
    assert "no interval" in row["note"]


def test_simulated_demographics_are_never_assessable(cases, answer):
    _, found = table(cases, answer, ["sex"])
    assert subgroups.assessability(found, simulated=True).startswith("Not assessable")
    assert subgroups.assessability(found, simulated=False).startswith("Assessable by sex")
    _, single = table(cases, answer, ["age_band"])
    assert subgroups.assessability(single, simulated=False).startswith("Not assessable")


def test_missing_columns_and_other_items_are_refused(cases, answer):
    values, _ = table(cases, answer, ["sex"])
    with pytest.raises(RecordError, match="subgroup columns"):
        subgroups.by_subgroup(values, cases, columns=["shoe_size"], groups=compare.groups(cases), seed=1)
    with pytest.raises(RecordError, match="not about the same items"):
        subgroups.by_subgroup(values.iloc[1:], cases, columns=["sex"], groups=compare.groups(cases), seed=1)
