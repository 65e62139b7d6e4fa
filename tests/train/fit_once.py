"""Train the tiny model once, in a process that kills itself with SIGKILL in a given step; 0 lets it finish.

Called by test_resume.py: fit_once.py MODEL_FOLDER OUT KILL_AT REMEMBER
"""

import os
import signal
import sys
from pathlib import Path

from trl import SFTTrainer

from helpers.core import records
from helpers.core.tasks import Prompt
from helpers.lm import models
from helpers.train import examples, sft


def main(model_folder: str, out: str, kill_at: int, remember: bool) -> None:
    step = SFTTrainer.training_step

    def counted(self, *args, **kwargs):
        if kill_at and self.state.global_step + 1 == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(self, *args, **kwargs)

    SFTTrainer.training_step = counted
    kinds = ["ataxia", "palsy", "dystonia"]
    rows = [
        {
            "record_id": f"r{number}", "kind": "table", "labels": [kinds[number % 3]],
            "text": f"Case {number}: unsteady gait" + ", slurred speech" * (number % 5) + ".",
        }
        for number in range(14)
    ]  # fmt: skip
    model, tokenizer = models.load_causal(model_folder)
    prompt = Prompt(system="Name it.", user="{text}")
    train, watched = (
        examples.tokenise(records.to_frame(part), tokenizer, prompt=prompt, max_length=256)
        for part in (rows[4:], rows[:4])
    )
    config = sft.sft_config(
        Path(out) / "checkpoints", steps=15, batch_size=2, micro_batch_size=1, learning_rate=1e-2, evaluations=5,
        max_length=256, precision="fp32", device="cpu", seed=3,
    )  # fmt: skip
    sft.fit(
        model, tokenizer, train, watched, config=config, out=Path(out) / "adapter", remember_lower=remember, patience=9,
        lora=sft.lora_config(model, r=4, alpha=8, dropout=0.0 if remember else 0.1, top_layers=1 if remember else None),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "remember")
