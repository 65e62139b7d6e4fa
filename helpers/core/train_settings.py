"""What a profile may say of 04: route, method, length, and what fits with what."""

from typing import Literal

from pydantic import Field, model_validator

from helpers.core.settings import Strict

ENCODER_FASTEST = 1e-3  # learning rate
Route = Literal["causal", "encoder", "hosted"]  # which kind of model 04 tunes; see `Train.route`


class Train(Strict):
    """04: supervised fine-tuning of the chosen model."""

    route: Route = Field(
        "causal",
        description="What is tuned: `causal` an adapter on the language model `select.llm`, `encoder` the whole of "
        "`select.encoder` with a head (classification and extraction), `hosted` a model at a provider.",
    )
    epochs: float = Field(gt=0, le=50, description="Passes over the training records.")
    token_budget: int = Field(
        gt=0, description="Upper bound on tokens seen in training; fewer epochs are run to keep it."
    )
    learning_rate: float = Field(gt=0, le=1, description="Peak learning rate of AdamW.")
    batch_size: int = Field(ge=1, description="Records in one optimizer step, those of all devices together.")
    micro_batch_size: int = Field(2, ge=1, description="Records held in memory at once; divides batch_size.")
    max_length: int = Field(
        512, ge=16, description="Tokens a sequence may have, no more than the model allows; longer ones are counted."
    )
    too_long: Literal["drop", "truncate"] = Field(
        "drop", description="Longer ones: dropped, or trained on with the end of the record's text left out."
    )
    skip_longest: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="Share of a language model's training examples left out, the longest: with few tokens to spend, short "
        "ones teach more answers.",
    )
    balance: Literal["none", "class"] = Field(
        "none", description="class: rarer labels come again until each is there as often as the commonest."
    )
    method: Literal["lora", "qlora", "dora", "full"] = Field(
        "lora",
        description="What learns of a language model: an adapter (lora), one on a base in 4 bits (qlora), one with "
        "magnitudes of its own (dora), or every weight (full).",
    )
    lora_r: int = Field(16, ge=1, description="Rank of the adapter.")
    lora_alpha: int = Field(32, ge=1, description="Scale of the adapter.")
    lora_dropout: float = Field(0.0, ge=0, lt=1, description="Dropout inside the adapter.")
    adapter_layers: int | None = Field(None, ge=1, description="Adapt only this many top layers; None adapts all.")
    remember_lower: bool = Field(
        False,
        description="Compute the frozen layers below the adapted ones once for each record and remember them, with "
        "`adapter_layers` on a CPU (4 bytes times the hidden width for each token, at most 2 GiB); the losses are the same.",
    )
    evaluations: int = Field(3, ge=1, description="Times the validation loss is measured; the best checkpoint is kept.")
    precision: Literal["fp32", "bf16", "4bit"] = Field(
        "fp32",
        description="Number format of the frozen base model; with method full, of the arithmetic (bf16 on a GPU only).",
    )
    packing: bool = Field(False, description="Fill sequences with several records; needs a GPU and flash attention.")
    kernels: Literal["auto", "off"] = Field(
        "auto",
        description="On a GPU, flash attention and Liger's kernels where they are installed and the model supports them.",
    )
    pretrain_on: str = Field(
        "",
        description="Text read before the task is learnt: a card among the task's sources (its training records), or the id "
        "of a run whose 02 passed the gate; empty for none.",
    )
    pretrain_token_budget: int = Field(50_000, gt=0, description="Upper bound on tokens read before the task.")
    pretrain_learning_rate: float = Field(2.0e-4, gt=0, le=1, description="Peak learning rate of that reading.")
    distributed: Literal["ddp", "fsdp2"] = Field(
        "ddp",
        description="With several devices: a whole copy of the model on each, or its weights shared out (GPU only).",
    )
    track: Literal["none", "mlflow", "trackio", "wandb"] = Field(
        "none",
        description="Tool that keeps losses and settings of the training, in files of the run; nothing is sent anywhere.",
        json_schema_extra={"changes_result": False},
    )
    max_validation: int = Field(48, ge=1, description="Validation records whose loss is watched.")
    hosted_poll_s: float = Field(
        20.0,
        gt=0,
        description="Route hosted: seconds between two looks at the provider's job.",
        json_schema_extra={"changes_result": False},
    )
    hosted_hours: float = Field(
        12.0,
        gt=0,
        description="Route hosted: hours after which a job is cancelled.",
        json_schema_extra={"changes_result": False},
    )
    score_validation: int = Field(
        0,
        ge=0,
        description="Validation records answered after training and scored, as a sweep needs; 0 for none.",
        json_schema_extra={"changes_result": False},
    )
    labelled_positions_only: bool = Field(
        True,
        description="Score the vocabulary only where the loss is counted (CPU; the GPU path has its own fused loss).",
    )
    patience: int | None = Field(
        None,
        ge=1,
        description="Evaluations on validation records without a better one that end training early; None never does.",
    )
    class_weights: bool = Field(
        False, description="Of an encoder: every class counts alike in the loss, whatever its number of records."
    )

    @model_validator(mode="after")
    def _whole_models_learn_slowly(self) -> "Train":
        if self.route == "encoder" and self.learning_rate > ENCODER_FASTEST:
            raise ValueError(
                f"learning_rate {self.learning_rate:g} suits an adapter and ruins an encoder, whose weights all move: "
                f"take {ENCODER_FASTEST:g} or less, or the profile `encoder`"
            )
        if self.method == "full" and self.learning_rate > ENCODER_FASTEST:
            raise ValueError(
                f"learning_rate {self.learning_rate:g} suits an adapter and ruins a model whose weights all move: "
                f"take {ENCODER_FASTEST:g} or less"
            )
        return self

    @model_validator(mode="after")
    def _micro_batches_fill_a_batch(self) -> "Train":
        if self.batch_size % min(self.micro_batch_size, self.batch_size):
            raise ValueError(f"micro_batch_size {self.micro_batch_size} does not divide batch_size {self.batch_size}")
        return self

    @model_validator(mode="after")
    def _method_fits_precision(self) -> "Train":
        if self.method == "qlora" and self.precision != "4bit":
            raise ValueError(f"method qlora is LoRA on a base in 4 bits: precision 4bit, not {self.precision}")
        if self.precision == "4bit" and self.method not in ("qlora", "dora"):
            raise ValueError(f"precision 4bit needs method qlora or dora, not {self.method}")
        if self.method == "full" and self.adapter_layers is not None:
            raise ValueError("method full has no adapter: leave adapter_layers out (null)")
        return self

    @model_validator(mode="after")
    def _options_fit_route(self) -> "Train":
        changed = [
            name
            for name in (
                "method",
                "too_long",
                "balance",
                "packing",
                "pretrain_on",
                "distributed",
                "track",
                "remember_lower",
            )
            if getattr(self, name) != type(self).model_fields[name].default
        ]
        if changed and self.route != "causal":
            raise ValueError(f"{', '.join(changed)}: only of route causal, not {self.route}")
        if self.class_weights and self.route != "encoder":
            raise ValueError(
                f"class_weights: only of route encoder, not {self.route}; for a language model see balance"
            )
        return self
