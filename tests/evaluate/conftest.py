import pandas as pd
import pytest

from helpers.core import records

LABELS = ["ataxia", "dystonia", "neuropathy"]


@pytest.fixture
def cases():
    """Sixty classified records in thirty groups of two, labels in turn by group."""
    rows = []
    for number in range(60):
        group = number // 2
        rows.append(
            {
                "record_id": f"r{number:02d}",
                "group": f"g{group:02d}",
                "kind": "clinical_note",
                "source": "made_up",
                "text": f"Findings of case {number}: unsteady gait.",
                "labels": [LABELS[group % 3]],
                "sex": "female" if group % 2 else "male",
                "age_band": "" if number < 4 else "18-64",
            }
        )
    return records.to_frame(rows)


@pytest.fixture
def terms():
    """Twelve records with references to be worded."""
    rows = [
        {
            "record_id": f"t{number:02d}",
            "group": f"g{number // 2}",
            "kind": "table",
            "source": "made_up",
            "text": f"term {number}",
            "references": [f"high level of thing{number}", f"raised thing{number}"],
        }
        for number in range(12)
    ]
    return records.to_frame(rows)


@pytest.fixture
def answer():
    """Build predictions: `right` is the number of records answered as the first label says, the rest wrongly."""

    def build(frame, *, right, model="model", confidence=0.8):
        rows = []
        for number, (record_id, group, labels) in enumerate(
            zip(frame["record_id"], frame["group"], frame["labels"], strict=True)
        ):
            label = labels[0] if number < right else LABELS[(LABELS.index(labels[0]) + 1) % 3]
            rest = (1 - confidence) / 2
            rows.append(
                {
                    "record_id": record_id,
                    "group": group,
                    "model": model,
                    "text": label.upper() + ".",
                    "label": label,
                    "probabilities": {name: confidence if name == label else rest for name in LABELS},
                    "abstained": False,
                    "latency_s": 0.1 + number / 1000,
                }
            )
        return pd.DataFrame(rows)

    return build


@pytest.fixture
def wording():
    """Build generated answers from a list of texts."""

    def build(frame, texts, *, model="model"):
        return pd.DataFrame(
            {
                "record_id": frame["record_id"],
                "group": frame["group"],
                "model": model,
                "text": texts,
                "label": "",
                "probabilities": [{} for _ in texts],
                "abstained": False,
                "latency_s": 0.5,
            }
        )

    return build
