"""The base that a fine-tuned encoder must beat: the same encoder frozen, with logistic regression on its vectors."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from sklearn.linear_model import LogisticRegression

from helpers.clinical import mentions
from helpers.core.tasks import Kind
from helpers.lm import baselines, encoders, tagging
from helpers.lm.encoders import Encoder

NAME = "base frozen encoder"
_LABELLED = "encoder + logistic regression"  # of `baselines.CLASSIFIERS`
_NEVER = -1e4  # log-odds of a tag without training words


def predict(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    records: pd.DataFrame,
    *,
    encoder: str,
    kind: Kind,
    labels: Sequence[str],
    device: str,
    batch_size: int,
) -> pd.DataFrame:
    """Fit logistic regression on the training records' vectors and answer.

    A text's vector is the mean over its tokens, and the regularisation is chosen on the validation records. Where
    mentions are to be found, a word's vector is that of its first token, and the regression tells its tag.

    Args:
        train: Records to fit on.
        validation: Records to choose the regularisation on.
        records: Records to answer.
        encoder: Embedded name, local folder or hub id.
        kind: classification or extraction.
        labels: Of a classification.
        device: cpu or cuda.
        batch_size: Records read at once.

    Returns:
        A prediction frame in the order of `records`, its model `NAME`.
    """
    if kind == "classification":
        where = {"encoder": encoder, "device": device}
        cost = baselines.choose_cost(_LABELLED, train, validation, **where)
        return baselines.predict(_LABELLED, train, records, kind=kind, cost=cost, **where).assign(model=NAME)
    reader = encoders.fresh(encoder, kind=kind, labels=labels, device=device)
    vectors, targets = _words(reader, train, batch_size=batch_size)
    fitted = LogisticRegression(max_iter=300).fit(vectors, targets)
    _fill(reader.model.classifier, fitted)
    return encoders.predict(reader, records, name=NAME, batch_size=batch_size)


@torch.no_grad()
def _fill(head: torch.nn.Linear, fitted: LogisticRegression) -> None:
    """Make the head answer as the regression does; a tag that no training word has is never answered."""
    rows, biases = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps the second one's row only, against none
        rows, biases = np.vstack([np.zeros_like(rows), rows]), np.append(0.0, biases)
    head.weight.zero_()
    head.bias.fill_(_NEVER)
    head.weight[fitted.classes_] = torch.from_numpy(rows).to(head.weight)
    head.bias[fitted.classes_] = torch.from_numpy(biases).to(head.bias)


@torch.inference_mode()
def _words(reader: Encoder, records: pd.DataFrame, *, batch_size: int) -> tuple[np.ndarray, np.ndarray]:
    """Vector and tag of every word of the records."""
    vectors, targets = [], []
    device = next(reader.model.parameters()).device
    order = records["text"].str.len().sort_values(kind="stable").index
    for start in range(0, len(order), batch_size):
        some = records.loc[order[start : start + batch_size]]
        batch = encoders.encode(reader, some["text"].tolist())
        inputs = {name: value for name, value in batch.items() if name != "offset_mapping"}
        padded = reader.tokenizer.pad(inputs, return_tensors="pt").to(device)
        hidden = reader.model(**padded, output_hidden_states=True).hidden_states[-1].float().cpu().numpy()
        for i, (text, references) in enumerate(zip(some["text"], some["references"], strict=True)):
            places = mentions.in_order(mentions.read(references[0]), text)
            found = tagging.tags(batch.word_ids(i), batch["offset_mapping"][i], places)
            at = tagging.first_of_words(batch.word_ids(i))
            vectors.append(hidden[i, at])
            targets += [found[position] for position in at]
    return np.concatenate(vectors), np.array(targets)
