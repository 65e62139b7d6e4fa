"""How much to run, and on what: one strict model for each stage, read from `notebooks/profiles/*.yaml`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from helpers.core import configs, paths


class Strict(BaseModel):
    """Frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Collect(Strict):
    """01: how many records to collect and how they are simulated."""

    max_records: int | None = Field(
        None, ge=1, description="Records kept of all sources together, whole labels first; None keeps all."
    )
    patients_per_disease: int = Field(1, ge=1, le=20, description="Simulated patients drawn for each disease.")


class Preprocess(Strict):
    """02: cleaning, de-identification and its gate, splits."""

    deid_method: Literal["safe_harbor", "expert_determination", "limited_data_set"] = Field(
        "safe_harbor", description="HIPAA road taken; shifted dates are not Safe Harbor."
    )
    deid_output: Literal["tag", "mask", "surrogate"] = Field("surrogate", description="What replaces an identifier.")
    max_patient_leak_frac: float = Field(
        gt=0, lt=1, description="Gate: upper 95 % bound of the share of patients with any direct identifier left."
    )
    max_class_leak_frac: float = Field(
        gt=0, lt=1, description="Gate: leak rate of any one class with 20 or more spans."
    )
    min_term_retention: float = Field(0.98, ge=0, le=1, description="Gate: share of clinical terms that must survive.")
    min_chars: int = Field(3, ge=1, description="Shorter texts are set aside.")
    deid_mode: Literal["balanced", "strict"] = Field(
        "balanced", description="strict finds more identifiers and removes more of the text around them."
    )
    deid_scan: bool = Field(
        True,
        description="Look for identifiers in texts; false only where no card tells of identified records of real persons.",
    )
    deid_workers: int = Field(
        2,
        ge=1,
        description="Processes that look for identifiers; the result is the same.",
        json_schema_extra={"changes_result": False},
    )
    deid_adapters: tuple[str, ...] = Field(
        (), description="Other engines drawn beside ours, by name of their adapter; they must be installed."
    )
    deid_compared_notes: int = Field(60, ge=1, description="Gold notes on which engines are drawn beside each other.")
    review_sheet: str = Field(
        "",
        description="Filled-in copy of review_sheet.csv, the evidence for sources without gold spans; empty for none.",
    )
    review_patients: int = Field(300, ge=1, description="Patients drawn into the review sheet.")
    spoil_frac: float = Field(
        0.0, ge=0, le=1, description="Share of found identifiers left in, to see the gate refuse."
    )
    near_duplicate_jaccard: float = Field(
        0.9, gt=0, le=1, description="Word-shingle similarity that makes a duplicate."
    )
    label_conflicts: Literal["keep", "drop"] = Field(
        "keep",
        description="What becomes of the one record kept of duplicates with different labels: keep, for one text may have "
        "two outcomes; drop, where labels are wrong now and then.",
    )
    boilerplate: Literal["report", "remove"] = Field(
        "report", description="Passages that many records of a source share: report only, or remove from the texts."
    )
    boilerplate_frac: float = Field(
        0.2, gt=0, le=1, description="Share of a source's records that must have a passage for it to be boilerplate."
    )
    test_fold: int = Field(0, ge=0, le=4, description="Fold of the group hash that is the locked test set.")


class Egress(Strict):
    """What is agreed with a provider before anything leaves this machine; while it is not, nothing does."""

    agreement: str = Field("", description="Reference of the agreement with the provider (BAA, DPA); empty: none.")
    hosts: tuple[str, ...] = Field((), description="Hosts that the agreement covers, such as api.openai.com.")
    region: str = Field("", description="Where the provider keeps and processes the data, such as EU.")
    retention_days: int | None = Field(None, ge=0, description="Days the provider keeps them; None: not agreed.")
    unreviewed_requests: bool = Field(
        False,
        description="Whether 06 may pass on what its users type, which no de-identification report covers; the agreement "
        "must allow identified data then.",
    )


class HostedModel(Strict):
    """A model behind an OpenAI-compatible interface; its key comes from the environment only."""

    model: str = Field(min_length=1, description="Name of the model at the provider.")
    base_url: str = Field("https://api.openai.com/v1", description="Address of the interface, up to its version.")
    key_variable: str = Field("OPENAI_API_KEY", pattern="^[A-Z][A-Z0-9_]*$", description="Variable with the key.")
    input_usd_per_mtok: float = Field(ge=0, description="Price of a million prompt tokens, USD.")
    output_usd_per_mtok: float = Field(ge=0, description="Price of a million answer tokens, USD.")
    training_usd_per_mtok: float = Field(0.0, ge=0, description="Price of a million trained tokens, USD.")
    licence: str = Field("the provider's terms", description="Under which the model may be used.")
    concurrency: int = Field(4, ge=1, le=64, description="Requests under way at once.")
    max_retries: int = Field(5, ge=0, le=20, description="Further tries after 429, 5xx or a time-out.")
    timeout_s: float = Field(60.0, gt=0, description="Seconds one try may take.")
    temperature: float | None = Field(0.0, ge=0, le=2, description="None for models that take none.")
    top_logprobs: int = Field(20, ge=0, le=20, description="Alternatives asked for a token; 0 where none are offered.")


class Select(Strict):
    """03: candidates compared on the validation split."""

    llm: str = Field("smollm2", description="Embedded name, local folder or hub id of the base language model.")
    revision: str | None = Field(None, description="Hub revision of the base model; None for embedded and local.")
    encoder: str = Field("minilm", description="Embedded name, local folder or hub id of the encoder.")
    few_shot: int = Field(4, ge=1, le=32, description="Examples in the few-shot prompt.")
    max_validation: int | None = Field(None, ge=2, description="Validation records scored by the LLM; None scores all.")
    learning_curve: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        (),
        description="Shares of the training records on which the simple models are fitted too, such as "
        "[0.1, 0.25, 0.5, 1.0]; without any, no learning curve is drawn.",
    )
    learning_curve_draws: int = Field(3, ge=1, description="Draws of each share below 1.")
    hosted: HostedModel | None = Field(None, description="A hosted model to compare with; None asks none.")


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
            for name in ("method", "too_long", "balance", "packing", "pretrain_on", "distributed", "track")
            if getattr(self, name) != type(self).model_fields[name].default
        ]
        if changed and self.route != "causal":
            raise ValueError(f"{', '.join(changed)}: only of route causal, not {self.route}")
        return self


class Evaluate(Strict):
    """05: base against tuned on the locked test set."""

    max_test: int | None = Field(None, ge=2, description="Test records used, by hash of the id; None uses all.")
    batch_size: int = Field(16, ge=1, description="Records scored at once.")
    max_new_tokens: int = Field(32, ge=1, description="Tokens generated per answer.")
    every_prompt: bool = Field(
        False, description="Show the base language model with its other prompt too, zero-shot or few-shot."
    )
    bootstrap: int = Field(2000, ge=100, description="Bootstrap resamples of groups for intervals.")
    alpha: float = Field(0.05, gt=0, lt=0.5, description="Level of the paired test.")
    margin: float = Field(0.03, gt=0, lt=1, description="Non-inferiority margin against the best simple baseline.")
    min_items: int = Field(50, ge=2, description="Fewer test items give the verdict `not enough data`.")


class Deploy(Strict):
    """06: export, serving, parity and monitoring."""

    quantization: Literal["F16", "Q8_0"] = Field(
        "F16", description="GGUF tensor format; Q8_0 is half the size, and its rounding turns close answers."
    )
    threads: int | None = Field(None, ge=1, description="Threads of the serving engine; None uses all cores.")
    max_parity: int | None = Field(
        None, ge=2, description="Test items compared, served against evaluated; None takes all."
    )
    min_parity: float = Field(0.97, ge=0, le=1, description="Share of equal answers below which promotion is refused.")
    require_verdict: bool = Field(True, description="Promote only a model that the verdict calls better.")
    require_beats_baseline: bool = Field(False, description="Also refuse a model inferior to the best simple baseline.")
    approver: str = Field("nobody named: research run", description="Who answers for the promotion.")
    traffic_per_week: int = Field(60, ge=10, description="Simulated requests in each of the two monitored weeks.")


class Profile(Strict):
    """Everything a run may vary without touching code."""

    name: str = Field(description="Name of the profile; the file's name.")
    description: str = Field(description="For whom and how long, in one sentence.")
    device: Literal["cpu", "cuda"] = Field("cpu", description="Where models run.")
    devices: int = Field(
        1,
        ge=1,
        le=1024,
        description="GPUs, or processes on a CPU, that 04 trains on; they share each batch, so the result is the same.",
    )
    execution: Literal["local", "ray"] = Field(
        "local",
        description="Where 01 and 02 read and prepare records: here, or by Ray Data on the cluster at RAY_ADDRESS (without "
        "one, on this machine's cores); the result is the same.",
    )
    min_memory_gib: float = Field(4.0, gt=0, description="Main memory it needs.")
    min_gpu_gib: float = Field(0.0, ge=0, description="GPU memory it needs; 0 for none.")
    egress: Egress = Egress()
    collect: Collect = Collect()
    preprocess: Preprocess
    select: Select = Select()
    train: Train
    evaluate: Evaluate = Evaluate()
    deploy: Deploy = Deploy()

    @model_validator(mode="after")
    def _hosted_route_names_a_model(self) -> "Profile":
        if self.train.route == "hosted" and self.select.hosted is None:
            raise ValueError("train.route hosted needs select.hosted, the model to tune")
        return self

    @model_validator(mode="after")
    def _training_fits_devices(self) -> "Profile":
        train, share = self.train, self.train.batch_size // self.devices
        if self.devices > 1 and train.route != "causal":
            raise ValueError(f"several devices train route causal only, not {train.route}")
        if self.device == "cpu" and (train.packing or train.precision == "4bit" or train.distributed == "fsdp2"):
            raise ValueError("packing, precision 4bit and fsdp2 need device cuda")
        if train.method == "full" and train.precision == "bf16" and self.device == "cpu":
            raise ValueError("method full in bf16 needs device cuda; on a CPU take precision fp32")
        if share * self.devices != train.batch_size or share % min(train.micro_batch_size, share):
            raise ValueError(
                f"batch_size {train.batch_size} cannot be shared by {self.devices} device(s) in parts of "
                f"micro_batch_size {train.micro_batch_size}"
            )
        if self.devices > 1 and train.distributed == "fsdp2" and train.precision == "4bit":
            raise ValueError("fsdp2 does not share out a base in 4 bits: take ddp")
        return self


def load(name: str, overrides: dict[str, Any] | None = None) -> Profile:
    """Read a profile by name and apply dotted overrides such as `{"train.learning_rate": 5.0e-4}`.

    Raises:
        ProfileError: If the file is missing, or naming every field that is wrong or unknown, all at once.
    """
    return configs.load(Profile, paths.PROFILES, name, overrides)


def names() -> list[str]:
    """Profiles that can be chosen."""
    return configs.names(paths.PROFILES)
