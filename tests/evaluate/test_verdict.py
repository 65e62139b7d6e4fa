import numpy as np
import pandas as pd
import pytest

from helpers.core.errors import RecordError
from helpers.evaluate import compare, verdict
from helpers.metrics import paired

N = 120
IDS = pd.Index([f"r{number:03d}" for number in range(N)], name="record_id")
SINGLE = pd.Series([f"g{number:03d}" for number in range(N)], index=IDS)
SETTINGS = {"kind": "classification", "alpha": 0.05, "min_items": 50, "seed": 1}


def frame(values, weights=1.0, index=IDS):
    return pd.DataFrame({"score": values, "weight": weights}, index=index)


def scores(right):
    return frame([1.0] * right + [0.0] * (N - right))


def test_verdict_flips_with_the_sides():
    low, high = scores(30), scores(80)
    better, worse = verdict.decide(low, high, SINGLE, **SETTINGS), verdict.decide(high, low, SINGLE, **SETTINGS)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert better.difference == pytest.approx(50 / 120)
    assert worse.difference == -better.difference
    assert better.p_value == worse.p_value == pytest.approx(2 / 2**50)
    assert better.low > 0 > worse.high


def test_equal_models_are_no_better():
    found = verdict.decide(scores(60), scores(60), SINGLE, **SETTINGS)
    assert (found.verdict, found.p_value, found.difference) == ("no better", 1.0, 0)


def test_five_wins_to_none_do_not_convince_and_six_do():
    assert verdict.decide(scores(30), scores(35), SINGLE, **SETTINGS).verdict == "no better"  # p = 0.0625
    assert verdict.decide(scores(30), scores(36), SINGLE, **SETTINGS).verdict == "better"  # p = 0.03125


def test_too_few_items_give_no_verdict_whatever_the_difference():
    few = IDS[:49]
    base, tuned = frame(0.0, index=few), frame(1.0, index=few)
    found = verdict.decide(base, tuned, SINGLE[few], **SETTINGS)
    assert found.verdict == "not enough data"
    assert "49" in found.sentence
    found = verdict.decide(base, tuned, SINGLE[few], **{**SETTINGS, "min_items": 49})
    assert found.verdict == "better"


def test_items_of_few_groups_do_not_pass_for_independent_ones():
    base, tuned = scores(0), scores(40)
    clustered = pd.Series(["one"] * 40 + ["two"] * 40 + ["three"] * 40, index=IDS)
    assert verdict.decide(base, tuned, SINGLE, **SETTINGS).verdict == "better"
    found = verdict.decide(base, tuned, clustered, **SETTINGS)
    assert found.p_value < 1e-6
    assert found.verdict == "no better"


def test_generation_takes_the_permutation_test():
    rng = np.random.default_rng(1)
    base = rng.random(N)
    found = verdict.decide(frame(base), frame(base + 0.1), SINGLE, **{**SETTINGS, "kind": "generation"})
    assert (found.verdict, found.test) == ("better", "paired permutation test by group")
    assert found.p_value == paired.permutation(base, base + 0.1, SINGLE, n=10_000, seed=1)
    noise = frame(base + rng.normal(0, 0.1, N))
    assert verdict.decide(frame(base), noise, SINGLE, **{**SETTINGS, "kind": "generation"}).verdict == "no better"


def test_extraction_weighs_each_record_by_its_mentions():
    # base finds 1 of 2 in each record and nothing else; tuned finds both: micro F1 is 2/3 against 1
    base, tuned = frame(2 / 3, 3.0), frame(1.0, 4.0)
    found = verdict.decide(base, tuned, SINGLE, **{**SETTINGS, "kind": "extraction"})
    assert (found.verdict, found.test) == ("better", "paired permutation test by group")
    assert found.difference == pytest.approx(1 / 3)
    # a record that weighs nothing changes nothing but the number of items
    empty = pd.concat([tuned, frame([0.0], 0.0, ["extra"])])
    none = pd.concat([base, frame([0.0], 0.0, ["extra"])])
    again = verdict.decide(
        none, empty, pd.concat([SINGLE, pd.Series({"extra": "g000"})]), **{**SETTINGS, "kind": "extraction"}
    )
    assert (again.difference, again.n) == (pytest.approx(1 / 3), N + 1)


def test_items_are_paired_by_id_and_not_by_position():
    base, tuned = scores(30), scores(80)
    shuffled = tuned.sample(frac=1.0, random_state=5)
    straight = verdict.decide(base, tuned, SINGLE, **SETTINGS)
    assert verdict.decide(base, shuffled, SINGLE.sample(frac=1.0, random_state=6), **SETTINGS) == straight


@pytest.mark.parametrize("function", ["decide", "advise"])
def test_different_items_are_refused(function):
    settings = SETTINGS if function == "decide" else {"margin": 0.03, "seed": 1}
    call = getattr(verdict, function)
    with pytest.raises(RecordError, match="not about the same items"):
        call(scores(1), scores(2).iloc[:-1], SINGLE, **settings)
    with pytest.raises(RecordError, match="not about the same items"):
        call(scores(1), scores(2), SINGLE.reset_index(drop=True), **settings)
    with pytest.raises(RecordError, match="indexed by record_id"):
        call(scores(1), scores(2).to_numpy(), SINGLE, **settings)
    with pytest.raises(RecordError, match="one group"):
        call(scores(1), scores(2), SINGLE.map(lambda _: "same"), **settings)


def test_advice_has_three_steps():
    settings = {"margin": 0.03, "seed": 1}
    assert verdict.advise(scores(50), scores(80), SINGLE, **settings).advice == "superior"
    kept = verdict.advise(scores(80), scores(80), SINGLE, **settings)
    assert (kept.advice, kept.lower_bound) == ("non-inferior", 0)
    assert "keeps up" in kept.meaning
    lost = verdict.advise(scores(80), scores(50), SINGLE, **settings)
    assert lost.advice == "inferior"
    assert "simple baseline answers better" in lost.meaning


def test_a_wide_interval_is_not_shown_to_keep_up_and_says_so():
    rng = np.random.default_rng(2)
    base = frame((rng.random(N) < 0.7).astype(float))
    tuned = frame((rng.random(N) < 0.7).astype(float))
    found = verdict.advise(base, tuned, SINGLE, margin=0.03, seed=1)
    assert found.low < 0 < found.high
    assert found.advice == "inferior"
    assert "do not show" in found.meaning
    assert verdict.advise(base, tuned, SINGLE, margin=0.4, seed=1).advice == "non-inferior"


def test_a_margin_must_be_positive():
    with pytest.raises(RecordError, match="margin"):
        verdict.advise(scores(1), scores(2), SINGLE, margin=0, seed=1)


def test_scores_and_groups_of_one_frame_fit_together(cases, answer):
    base, tuned = (compare.score(answer(cases, right=right), cases, kind="classification") for right in (10, 50))
    found = verdict.decide(base, tuned, compare.groups(cases), **SETTINGS)
    assert (found.verdict, found.n, found.n_groups) == ("better", 60, 30)


def test_the_evidence_is_one_line_that_can_be_checked():
    found = verdict.decide(scores(30), scores(80), SINGLE, **SETTINGS)
    assert found.evidence.startswith(f"Difference +0.417 (95 % interval {found.low:+.3f} to {found.high:+.3f})")
    assert found.evidence.endswith("exact McNemar test, p < 0.001; 120 items in 120 groups")
    advice = verdict.advise(scores(80), scores(80), SINGLE, margin=0.03, seed=1)
    assert "95 % lower bound +0.000, margin -0.03" in advice.evidence
