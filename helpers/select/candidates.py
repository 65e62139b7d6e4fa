"""Compare candidates on the validation split, and say which is best and which best trainable model 04 should take."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from helpers.core.errors import ProfileError, RecordError


@dataclass(frozen=True)
class Selection:
    """What 03 hands to 04, 05 and 06."""

    best_overall: str
    best_baseline: str
    baseline_cost: float  # inverse regularisation strength of the best baseline
    llm: str  # the language model 04 fine-tunes
    encoder: str  # the encoder 04 fine-tunes where the profile takes that route
    revision: str | None  # of the language model
    base_prompt: str  # how the base LLM does best untuned: `zero-shot` or `few-shot`
    few_shot_ids: tuple[str, ...]  # training records shown in the few-shot prompt

    def to_dict(self) -> dict:
        """Plain values for JSON."""
        return asdict(self)


def describe(
    table: pd.DataFrame, facts: Mapping[str, Mapping[str, str]], *, not_run: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Add title and licence of the weights, their GiB, provider's price and where the data goes to a table of candidates.

    Args:
        table: One row a candidate, column model.
        facts: For models with weights, by a word in the candidate's name: title, licence, weights_gib, data_goes, and of a
            hosted model usd_per_1000 (records).
        not_run: Candidates that were not asked, with the reason; each becomes a row without figures.

    Returns:
        The table with title, licence, weights_gib, usd_per_1000, data_goes and status: `measured`, or why not.
    """
    own = {
        "title": "",
        "licence": "fitted here",
        "weights_gib": "0.00",
        "usd_per_1000": "0",
        "data_goes": "nowhere: this machine",
    }
    found = [own | dict(next((facts[word] for word in facts if word in name), {})) for name in table["model"]]
    known = pd.concat([table.reset_index(drop=True), pd.DataFrame(found)[list(own)]], axis=1).assign(status="measured")
    absent = pd.DataFrame({"model": list(not_run or {}), "status": list((not_run or {}).values())})
    return pd.concat([known, absent], ignore_index=True) if len(absent) else known


def few_shot_records(train: pd.DataFrame, *, count: int, seed: int) -> pd.DataFrame:
    """Training records for the few-shot prompt: short ones, one an answer while answers last, fixed by the seed.

    Raises:
        RecordError: If there are fewer records than asked for.
    """
    if len(train) < count:
        raise RecordError("Too few training records for the few-shot prompt", found=len(train), expected=count)
    short = train[train["text"].str.len() <= train["text"].str.len().median()]
    pool = (short if len(short) >= count else train).sort_values("record_id").sample(frac=1.0, random_state=seed)
    first = pd.Series([text for _, text in examples(pool)], index=pool.index)
    spread = pool.assign(_turn=first.groupby(first).cumcount()).sort_values("_turn", kind="stable")
    return spread.head(count).drop(columns="_turn")


def examples(records: pd.DataFrame) -> list[tuple[str, str]]:
    """Text and answer of each record, as the prompt builder takes them."""
    return [
        (text, (labels or references)[0])
        for text, labels, references in zip(records["text"], records["labels"], records["references"], strict=True)
    ]


def choose(
    table: pd.DataFrame,
    *,
    simple: pd.DataFrame,
    metric: str,
    baselines: Mapping[str, float],
    llm: str,
    encoder: str,
    revision: str | None,
    few_shot_ids: tuple[str, ...],
    prompted: Collection[str] | None = None,
) -> Selection:
    """Apply the rule: highest validation estimate wins, overall and among baselines; ties go to the faster.

    Between two prompts a tie goes to few-shot, which tells the model more: the base must be well asked.

    Args:
        table: One row a candidate: model, `metric`, latency_median_s; the LLM's rows end in its prompt's name.
        simple: The same of the simple models, on all validation records: a few would choose among them by chance.
        metric: Primary metric.
        baselines: Simple models with their inverse regularisation strength.
        llm: The trainable language model.
        encoder: The trainable encoder.
        revision: Hub revision of the language model.
        few_shot_ids: Ids of the records in the few-shot prompt.
        prompted: Rows of the model that 04 tunes, one a prompt; None takes all that are no baselines.

    Raises:
        ProfileError: If that model was not asked.
    """
    order = {"by": [metric, "latency_median_s"], "ascending": [False, True]}
    best_baseline = simple.sort_values(**order)["model"].iloc[0]
    is_prompted = ~table["model"].isin(baselines) if prompted is None else table["model"].isin(prompted)
    if not is_prompted.any():
        raise ProfileError(
            "The model that 04 is to tune was not asked in 03",
            found="no answers of select.hosted",
            expected="a key in the environment, and `egress` filled in",
            remedy="see the ledger for what forbids it, or choose another train.route",
        )
    prompts = table[is_prompted].sort_values([metric, "model"], ascending=[False, True])
    return Selection(
        best_overall=table.sort_values(**order)["model"].iloc[0],
        best_baseline=best_baseline,
        baseline_cost=baselines[best_baseline],
        llm=llm,
        encoder=encoder,
        revision=revision,
        base_prompt="few-shot" if prompts["model"].iloc[0].endswith("few-shot") else "zero-shot",
        few_shot_ids=few_shot_ids,
    )
