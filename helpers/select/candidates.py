"""Compare candidates on the validation split, and say which is best and which best trainable model 04 should take."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from helpers.core.errors import RecordError


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


def describe(table: pd.DataFrame, facts: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Add licence, weights in GiB and where the data goes to a table of candidates.

    Args:
        table: One row a candidate, column model.
        facts: For models with weights, by a word in the candidate's name: licence, weights_gib, data_goes.
    """
    own = {"licence": "fitted here", "weights_gib": "0.00", "data_goes": "nowhere: this machine"}
    found = [next((facts[word] for word in facts if word in name), own) for name in table["model"]]
    return pd.concat([table.reset_index(drop=True), pd.DataFrame(found)[list(own)]], axis=1)


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
    """
    order = {"by": [metric, "latency_median_s"], "ascending": [False, True]}
    best_baseline = simple.sort_values(**order)["model"].iloc[0]
    prompts = table[~table["model"].isin(baselines)].sort_values([metric, "model"], ascending=[False, True])
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
