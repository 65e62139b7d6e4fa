"""How much labelled data is needed: models on growing parts of the training records, scored on validation records."""

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256

import pandas as pd

from helpers.core import figures
from helpers.core.tasks import METRIC_NAMES
from helpers.lm import baselines
from helpers.metrics import intervals, text_scores

KINDS = ("classification", "generation")
LEAST_GAIN = 0.02  # a doubling that gains less than this, with 95 % confidence, is called flat
LEAST_ITEMS = 50  # on fewer validation records no curve is called flat: equal scores there tell little

_SCORES = ["model", "frac", "repeat", "n_train", "record_id", "group", "score"]
_CURVE = ["model", "frac", "n_train", "estimate", "low", "high", "subset_low", "subset_high", "n"]
_READING = ["model", "from_records", "to_records", "gain", "low", "high", "n", "reading"]


def subsets(train: pd.DataFrame, fracs: Sequence[float], *, seed: int) -> dict[float, pd.DataFrame]:
    """Parts of the training records that lie inside each other, whole groups, with all labels in like shares.

    Groups are put in an order in which every label (of a group, its most frequent one) comes evenly spread; a part takes
    groups from its beginning until it has at least its share of the records.

    Args:
        train: Record frame.
        fracs: Shares of the records, above 0 up to 1.
        seed: Of the order; the order of the rows does not matter.

    Returns:
        Share to its records, in the order of `train`, smallest first.
    """
    label = train["labels"].map(lambda labels: labels[0] if len(labels) else "")
    groups = pd.DataFrame({"group": train["group"], "label": label}).groupby("group")["label"]
    table = pd.DataFrame({"label": groups.agg(lambda given: given.mode().iloc[0]), "records": groups.size()})
    table["draw"] = [sha256(f"{seed} {group}".encode()).hexdigest() for group in table.index]
    table = table.sort_values("draw")
    of_label = table.groupby("label")["draw"]
    table["spread"] = (of_label.cumcount() + 0.5) / of_label.transform("size")
    table = table.sort_values(["spread", "draw"])
    before = table["records"].cumsum() - table["records"]
    return {frac: train[train["group"].isin(table.index[before < frac * len(train)])] for frac in sorted(set(fracs))}


def measure(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    *,
    fracs: Sequence[float],
    repeats: int,
    costs: Mapping[str, float],
    kind: str,
    seed: int,
    encoder: str = "minilm",
    device: str = "cpu",
) -> pd.DataFrame:
    """Fit every simple model on every part, `repeats` times with other records in it, and score all validation records.

    The regularisation is the one chosen with all training records, for every part the same.

    Args:
        train: Training records.
        validation: Validation records, none of whose groups is in `train`.
        fracs: Shares of the training records, above 0 up to 1; none gives an empty table.
        repeats: Draws of each part below 1.
        costs: Simple models with their inverse regularisation strength.
        kind: Of the task; another one than those in `KINDS` gives an empty table.
        seed: Of the draws.
        encoder: As of `baselines.predict`.
        device: As of `baselines.predict`.

    Returns:
        One row for each model, share, draw and validation record: model, frac, repeat, n_train, record_id, group, score.
    """
    parts = []
    for repeat in range(repeats if kind in KINDS else 0):
        for frac, part in subsets(train, fracs, seed=seed * 1000 + repeat).items():
            if frac == 1 and repeat:
                continue
            for name, cost in costs.items():
                found = baselines.predict(name, part, validation, kind=kind, cost=cost, encoder=encoder, device=device)
                parts.append(score(found, validation, kind=kind, frac=frac, repeat=repeat, n_train=len(part)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_SCORES)


def score(
    found: pd.DataFrame, records: pd.DataFrame, *, kind: str, frac: float, repeat: int, n_train: int
) -> pd.DataFrame:
    """Rows of `measure` for one model's answers.

    Args:
        found: Prediction frame in the order of `records`.
        records: Validation records with their labels or references.
        kind: One of `KINDS`.
        frac: Share of the training records that the model was fitted on.
        repeat: Number of the draw.
        n_train: Records of the draw.
    """
    if kind == "classification":
        values = [float(label in right) for label, right in zip(found["label"], records["labels"], strict=True)]
    else:
        pairs = zip(found["text"], records["references"], strict=True)
        values = [text_scores.rouge_l(text, list(right)) for text, right in pairs]
    told = {"model": found["model"].iloc[0], "frac": frac, "repeat": repeat, "n_train": n_train, "score": values}
    return records[["record_id", "group"]].assign(**told)[_SCORES]


def curve(scores: pd.DataFrame, *, bootstrap: int, seed: int) -> pd.DataFrame:
    """Quality of each model at each size.

    Args:
        scores: From `measure`.
        bootstrap: Resamples of validation groups.
        seed: Of the resampling.

    Returns:
        model, frac, n_train (mean over the draws), estimate (mean over draws and records), low, high (95 %, resampling
        validation groups), subset_low, subset_high (worst and best draw), n (validation records).
    """
    rows = []
    for (model, frac), part in scores.groupby(["model", "frac"], sort=False):
        mean = _mean_of_draws(part)
        interval = intervals.clustered_mean(mean["score"], mean["group"], n=bootstrap, seed=seed)
        draws = part.groupby("repeat")["score"].mean()
        size = part["n_train"].mean()
        rows.append((model, frac, size, *interval[:3], draws.min(), draws.max(), interval.n))
    frame = pd.DataFrame(rows, columns=_CURVE)
    return frame.sort_values(["model", "n_train"], ignore_index=True)


def reading(scores: pd.DataFrame, *, bootstrap: int, seed: int) -> pd.DataFrame:
    """What the last step of each curve, the one to the most records, says about more labels.

    Args:
        scores: From `measure`.
        bootstrap: Resamples of validation groups.
        seed: Of the resampling.

    Returns:
        One row a model: model, from_records, to_records, gain (same validation records, paired), low, high (95 %), n, and
        reading: `still rising`, `flat`, `unchanged` or `cannot tell`, in a sentence. No row where there are fewer than two
        sizes.
    """
    rows = []
    for model, part in scores.groupby("model", sort=False):
        fracs = sorted(part["frac"].unique())
        if len(fracs) < 2:
            continue
        few, most = (part[part["frac"] == frac] for frac in fracs[-2:])
        few_mean, most_mean = _mean_of_draws(few), _mean_of_draws(most)
        gain = intervals.cluster_bootstrap(
            most_mean["score"] - few_mean["score"], most_mean["group"], n=bootstrap, seed=seed
        )
        sizes = round(few["n_train"].mean()), round(most["n_train"].mean())
        rows.append((model, *sizes, *gain[:4], _said(gain, *sizes)))
    return pd.DataFrame(rows, columns=_READING)


def pictures(found: pd.DataFrame, *, kind: str) -> list[figures.Picture]:
    """The curves of `curve`, none where there is nothing to draw."""
    if found.empty:
        return []
    return [
        figures.Picture(
            "learning_curve",
            found,
            "Each point is one model, fitted on so many training records and scored on the same validation records; "
            "the line through it is the 95 % interval, resampling whole groups. The small dashes are the worst and the best "
            "draw of that many records. A curve that still rises at its right end asks for more labels. The horizontal axis "
            "is logarithmic.",
            partial(
                figures.learning_curve,
                title=f"Quality by size of the training set, on {int(found['n'].iloc[0])} validation records",
                ylabel=METRIC_NAMES[kind],
            ),
        )
    ]


def _mean_of_draws(part: pd.DataFrame) -> pd.DataFrame:
    return part.groupby("record_id", sort=True).agg(score=("score", "mean"), group=("group", "first"))


def _said(gain: intervals.Interval, few: int, most: int) -> str:
    step = f"from {few} to {most} records {gain.estimate:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
    if gain.low == gain.high == 0:
        return f"unchanged: from {few} to {most} records every score stays what it was, on {gain.n} validation records"
    if gain.low > 0:
        return f"still rising: {step}; more labels will probably help"
    if gain.n >= LEAST_ITEMS and gain.high < LEAST_GAIN:
        return f"flat: {step}; more labels of this kind will hardly help this model"
    return f"cannot tell: {step}, on {gain.n} validation records"
