"""Did fine-tuning help, and is the model worth its trouble beside a simple baseline?"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from helpers.core.errors import RecordError
from helpers.core.tasks import PRIMARY_METRICS, Kind
from helpers.core.train_settings import Route
from helpers.evaluate import wording
from helpers.metrics import paired
from helpers.metrics.intervals import Interval


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Tuned against its base on the same items; differences are tuned minus base."""

    verdict: Literal["better", "no better", "worse", "not enough data"]
    difference: float
    low: float
    high: float
    p_value: float
    n: int
    n_groups: int
    test: str
    sentence: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Tuned against the best simple baseline on the same items; differences are tuned minus baseline."""

    advice: Literal["superior", "non-inferior", "inferior"]
    difference: float
    low: float
    high: float
    lower_bound: float
    margin: float
    n: int
    n_groups: int
    meaning: str
    evidence: str


def decide(
    base_scores: pd.DataFrame,
    tuned_scores: pd.DataFrame,
    groups: pd.Series,
    *,
    kind: Kind,
    alpha: float,
    min_items: int,
    seed: int,
    bootstrap: int = 2000,
    route: Route = "causal",
) -> Verdict:
    """Compare the tuned model with its base by a paired test: the best-prompted language model, the frozen encoder.

    Classification takes the exact McNemar test of the items, the other kinds the permutation test that swaps the two models
    group by group. `better` and `worse` need both p < alpha and a clustered interval (level 1 - alpha) that leaves out
    zero: McNemar's test alone counts items of one group as independent.

    Args:
        base_scores: From `compare.score`, indexed by record_id.
        tuned_scores: Of the same items.
        groups: From `compare.groups`, indexed by record_id.
        kind: Which test.
        alpha: Level of the test.
        min_items: With fewer items the verdict is `not enough data`, whatever the difference.
        seed: Of bootstrap and permutation.
        bootstrap: Resamples of groups; permutations are at least 10,000.
        route: By which it was tuned, for the sentence.

    Raises:
        RecordError: If the items of the three differ, or all are of one group.
    """
    base, tuned, clusters = _same_items(base_scores, tuned_scores, groups)
    if kind not in PRIMARY_METRICS:
        raise RecordError("Unknown kind of task", found=kind, expected=", ".join(PRIMARY_METRICS))
    pair, drawn = (
        (base["score"], tuned["score"], clusters),
        {"weights": (base["weight"], tuned["weight"]), "seed": seed},
    )
    interval = paired.bootstrap_difference(*pair, n=bootstrap, level=1 - alpha, **drawn)
    if kind == "classification":
        p_value, test = paired.mcnemar(base["score"], tuned["score"]).p_value, "exact McNemar test"
    else:
        p_value = paired.permutation(*pair, n=max(bootstrap, 10_000), **drawn)
        test = "paired permutation test by group"
    if interval.n < min_items:
        verdict = "not enough data"
    elif p_value < alpha and interval.low > 0:
        verdict = "better"
    elif p_value < alpha and interval.high < 0:
        verdict = "worse"
    else:
        verdict = "no better"
    return Verdict(
        verdict=verdict,
        difference=interval.estimate,
        low=interval.low,
        high=interval.high,
        p_value=p_value,
        n=interval.n,
        n_groups=interval.n_groups,
        test=test,
        sentence=_sentence(verdict, interval.n, min_items, wording.OF[route]),
        evidence=f"{_difference(interval, 1 - alpha)}; {test}, {_p(p_value)}; {_items(interval)}",
    )


def advise(
    baseline_scores: pd.DataFrame,
    tuned_scores: pd.DataFrame,
    groups: pd.Series,
    *,
    margin: float,
    seed: int,
    bootstrap: int = 2000,
) -> Advice:
    """Compare the tuned model with the best simple baseline, and say what follows for the user.

    `superior` when the two-sided 95 % interval of the difference lies above zero, `non-inferior` when the one-sided
    95 % lower bound lies above minus the margin, else `inferior`: not shown to keep up.

    Args:
        baseline_scores: From `compare.score`, indexed by record_id.
        tuned_scores: Of the same items.
        groups: From `compare.groups`, indexed by record_id.
        margin: Loss of the primary metric that would still be accepted, above 0.
        seed: Of the bootstrap.
        bootstrap: Resamples of groups.

    Raises:
        RecordError: If the items of the three differ, or all are of one group.
    """
    if not margin > 0:
        raise RecordError("The non-inferiority margin is not positive", found=margin, expected="a margin above 0")
    base, tuned, clusters = _same_items(baseline_scores, tuned_scores, groups)
    pair = (base["score"], tuned["score"], clusters)
    drawn = {"weights": (base["weight"], tuned["weight"]), "n": bootstrap, "seed": seed}
    interval, bound = paired.bootstrap_difference(*pair, **drawn), paired.lower_bound(*pair, **drawn)
    if interval.low > 0:
        advice = "superior"
        meaning = "The fine-tuned model answers better than the simple baseline, so its cost buys something here."
    elif bound > -margin:
        advice = "non-inferior"
        meaning = (
            f"The fine-tuned model keeps up with the simple baseline within the margin of {margin:.3g} and is not "
            "shown to be better: take the baseline unless you need what only a language model does."
        )
    elif interval.high < 0:
        advice = "inferior"
        meaning = (
            "The simple baseline answers better and costs far less: for this task use the baseline, and serve this "
            "model as a demonstration only."
        )
    else:
        advice = "inferior"
        meaning = (
            f"These items do not show that the fine-tuned model keeps up with the simple baseline within the margin of "
            f"{margin:.3g}: use the baseline, or test on more items."
        )
    return Advice(
        advice=advice,
        difference=interval.estimate,
        low=interval.low,
        high=interval.high,
        lower_bound=bound,
        margin=margin,
        n=interval.n,
        n_groups=interval.n_groups,
        meaning=meaning,
        evidence=f"{_difference(interval, 0.95)}; 95 % lower bound {bound:+.3f}, margin {-margin:+.3g}; {_items(interval)}",
    )


def _difference(interval: Interval, level: float) -> str:
    return f"Difference {interval.estimate:+.3f} ({100 * level:.3g} % interval {interval.low:+.3f} to {interval.high:+.3f})"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _items(interval: Interval) -> str:
    return f"{interval.n:,} items in {interval.n_groups:,} groups"


def _sentence(verdict: str, n: int, min_items: int, words: wording.Wording) -> str:
    rival = words.rival.rstrip(",")
    return {
        "better": f"On these test items the fine-tuned model answers better than {rival}.",
        "worse": f"On these test items fine-tuning did harm: {words.rival} answers better.",
        "no better": f"These test items do not show that fine-tuning helped beyond {words.beyond}.",
        "not enough data": f"There are {n} test items and at least {min_items} are needed to say whether it helped.",
    }[verdict]


def _same_items(
    first: pd.DataFrame, second: pd.DataFrame, groups: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    for values, form in ((first, pd.DataFrame), (second, pd.DataFrame), (groups, pd.Series)):
        if not isinstance(values, form) or values.index.has_duplicates:
            raise RecordError(
                "Scores and groups must be indexed by record_id, each item once",
                found=type(values).__name__,
                remedy="take them from compare.score and compare.groups",
            )
    if not len(first) or set(first.index) != set(second.index) or set(first.index) != set(groups.index):
        raise RecordError(
            "The two models and the groups are not about the same items",
            found=f"{len(first)}, {len(second)} and {len(groups)} items, "
            f"{len(set(first.index) & set(second.index) & set(groups.index))} in common",
            remedy="take all three from the same test records with compare.score and compare.groups",
        )
    clusters = groups.loc[first.index]
    if clusters.nunique() < 2:
        raise RecordError("All items are of one group", found=1, expected="at least two groups")
    return first, second.loc[first.index], clusters
