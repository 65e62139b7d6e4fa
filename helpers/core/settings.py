"""What a profile may say of each stage: one strict model for each, that of training in `train_settings`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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
