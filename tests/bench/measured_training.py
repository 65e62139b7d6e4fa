"""Fine-tune the embedded model on made-up records in this process and print what it took, as JSON.

python tests/bench/measured_training.py LAYERS MICRO_BATCH RECORDS
"""

import json
import random
import resource
import sys
import tempfile
from pathlib import Path

from datasets import Dataset

from helpers.lm import models
from helpers.train import examples, sft

LONGEST = 300


def rows(count: int, *, seed: int) -> examples.Rows:
    """Records of 120 to 300 tokens, five of which are the answer."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        length = draw.randint(120, LONGEST)
        ids = [draw.randrange(100, 40_000) for _ in range(length)]
        made.append({"input_ids": ids, "completion_mask": [0] * (length - 5) + [1] * 5})
    return examples.Rows(Dataset.from_list(made), sum(len(row["input_ids"]) for row in made), 5 * count, 0)


def main() -> None:
    """Train, and print tokens, seconds and peak memory."""
    layers, micro_batch, count = map(int, sys.argv[1:])
    model, tokenizer = models.load_causal("smollm2")
    train = rows(count, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        config = sft.sft_config(
            Path(folder) / "checkpoints", steps=count // 8, batch_size=8, micro_batch_size=micro_batch,
            learning_rate=1e-4, evaluations=1, max_length=512, precision="fp32", device="cpu", seed=1,
        )  # fmt: skip
        lora = sft.lora_config(model, r=16, alpha=32, top_layers=layers)
        fitted = sft.fit(model, tokenizer, train, rows(2, seed=2), config=config, lora=lora, out=Path(folder) / "out")
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({"tokens": train.tokens, "minutes": fitted.train_wall_s / 60, "gib": peak_gib}))


if __name__ == "__main__":
    main()
