"""The model card: Markdown with the front matter that model hubs read, written only from what is handed in."""

import html
import math
from dataclasses import dataclass
from pathlib import Path

import yaml

from helpers.core import files
from helpers.core.errors import StageError

OPEN = "To be answered by the deployer"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measured figure on the test set, with its 95 % interval where there is one."""

    metric: str
    name: str
    model: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What a data card says of one source, as far as the model card repeats it."""

    name: str
    description: str
    licence: str
    legal_basis: str
    simulated: bool
    n_train: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """Everything the model card says. An empty text is never filled in: it becomes a question to the deployer.

    Args:
        name: Name of the tuned model.
        summary: What it does, in one or two sentences.
        licence: Identifier of the adapter's licence, such as apache-2.0.
        base_model: Hub id or name of the base model.
        pipeline_tag: Hub task, such as text-generation or text-classification.
        tags: Hub tags.
        language: Two-letter codes.
        intended_use: Who may use it for what.
        out_of_scope: What it must not be used for, one sentence each.
        datasets: Training sources.
        training: What was trained and how, one sentence each.
        deidentification: Evidence of the gate, one sentence each.
        test_set: Name of the test set and how it was kept apart.
        results: Figures; those of the tuned model (`model == name`) enter the front matter.
        verdict: Verdict and its evidence in a sentence.
        advice: Baseline advice and its meaning in a sentence.
        caution: The task's own caution.
        limitations: One sentence each.
        bias: What is known of subgroups, with assessability.
        cost: (what, figure with unit) pairs.
        how_to_use: Markdown of a minimal example, code fences included.
        provenance: (what, hash or version) pairs.
        questions: Further questions only a person can answer.
    """

    name: str
    summary: str
    licence: str
    base_model: str
    pipeline_tag: str
    tags: tuple[str, ...]
    language: tuple[str, ...]
    intended_use: str
    out_of_scope: tuple[str, ...]
    datasets: tuple[Dataset, ...]
    training: tuple[str, ...]
    deidentification: tuple[str, ...]
    test_set: str
    results: tuple[Result, ...]
    verdict: str
    advice: str
    caution: str
    limitations: tuple[str, ...]
    bias: str
    cost: tuple[tuple[str, str], ...]
    how_to_use: str
    provenance: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]


def render(card: Card) -> str:
    """The card as Markdown with YAML front matter.

    Raises:
        StageError: If name, licence or base model is missing, or no result is of the model itself.
    """
    lacking = [field for field in ("name", "licence", "base_model", "pipeline_tag") if not getattr(card, field)]
    own = [result for result in card.results if result.model == card.name]
    if lacking or not own:
        raise StageError(
            "The model card cannot be written",
            found=f"without {', '.join(lacking)}" if lacking else "no result of the model itself",
            expected="name, licence, base model, pipeline tag and at least one result whose model is the card's name",
        )
    asked: list[str] = []
    simulated = [dataset.name for dataset in card.datasets if dataset.simulated]
    sections = [
        f"# {_line(card.name)}",
        _text(card.summary, "What does the model do?", asked),
        "> **For research use, not intended for clinical use.** " + _line(card.caution),
        "## Intended use",
        _text(card.intended_use, "Who may use this model, for what, and under whose supervision?", asked),
        "## Out of scope",
        _bullets(card.out_of_scope, "Which uses are ruled out where this model is deployed?", asked),
        "## Training data",
        _datasets(card.datasets, asked),
        f"Persons and prose are simulated in: {_line(', '.join(simulated))}." if simulated else "",
        "## Training",
        _bullets(card.training, "How was the model trained?", asked),
        "## De-identification",
        _bullets(card.deidentification, "What shows that no identifier was left in the training records?", asked),
        "## Evaluation",
        _text(card.test_set, "On what was the model tested, and how was that kept apart from training?", asked),
        _results(card.results),
        f"**Verdict.** {_text(card.verdict, 'Did fine-tuning help?', asked)}",
        f"**Beside the best simple baseline.** {_text(card.advice, 'Does the model beat a simple baseline?', asked)}",
        "## Limitations",
        _bullets(card.limitations, "Which limits of this model are known?", asked),
        "## Bias and fairness",
        _text(card.bias, "How does the model do for each group of the people it will serve?", asked),
        "## Cost and environment",
        _pairs(card.cost, ("What", "Measured"), "What did training and evaluation cost?", asked),
        "## How to use",
        card.how_to_use.strip() or _text("", "How is the model loaded and asked?", asked),
        "## Provenance",
        _pairs(card.provenance, ("What", "Hash or version"), "From which files and code does the model come?", asked),
    ]
    questions = [*asked, *card.questions]
    if questions:
        sections += [
            f"## {OPEN}",
            "Nothing in this run answers these; a person who knows where the model will run must.",
            "\n".join(f"- [ ] {_line(question)}" for question in questions),
        ]
    return f"---\n{_front_matter(card, own)}---\n\n" + "\n\n".join(part for part in sections if part) + "\n"


def write(path: Path, *, card: Card) -> Path:
    """Write the card at `path`, whole or not at all, and return the path.

    Raises:
        StageError: As `render`.
    """
    return files.write_text(path, render(card))


def _front_matter(card: Card, own: list[Result]) -> str:
    metrics = [
        {"type": result.metric, "name": result.name, "value": round(result.value, 4)}
        for result in own
        if math.isfinite(result.value)
    ]
    dataset = {"name": card.test_set or "held-out test set", "type": "other"}
    task = {"type": card.pipeline_tag}
    fields = {
        "license": card.licence,
        "base_model": card.base_model,
        "library_name": "peft",
        "pipeline_tag": card.pipeline_tag,
        "language": list(card.language),
        "tags": list(card.tags),
        "datasets": [dataset.name for dataset in card.datasets],
        "metrics": sorted({metric["type"] for metric in metrics}),
        "model-index": [{"name": card.name, "results": [{"task": task, "dataset": dataset, "metrics": metrics}]}],
    }
    kept = {name: value for name, value in fields.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=120)


def _datasets(datasets: tuple[Dataset, ...], asked: list[str]) -> str:
    rows = [
        (item.name, item.description, item.licence, item.legal_basis, f"{item.n_train:,}" if item.n_train else "0")
        for item in datasets
    ]
    heads = ("Source", "What it is", "Licence", "Legal basis", "Training records")
    return _table(heads, rows) if rows else _text("", "On which data was the model trained?", asked)


def _results(results: tuple[Result, ...]) -> str:
    rows = []
    for item in results:
        whole = item.low is not None and item.high is not None and math.isfinite(item.low) and math.isfinite(item.high)
        interval = f"{item.low:.3f} to {item.high:.3f}" if whole else "not given"
        value = f"{item.value:.3f}" if math.isfinite(item.value) else "not measured"
        rows.append((item.model, item.name, value, interval, f"{item.n:,}"))
    return _table(("Model", "Metric", "Value", "95 % interval", "n"), rows)


def _pairs(pairs: tuple[tuple[str, str], ...], heads: tuple[str, str], question: str, asked: list[str]) -> str:
    return _table(heads, list(pairs)) if pairs else _text("", question, asked)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(_line(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _bullets(items: tuple[str, ...], question: str, asked: list[str]) -> str:
    return "\n".join(f"- {_line(item)}" for item in items) if items else _text("", question, asked)


def _text(text: str, question: str, asked: list[str]) -> str:
    if text.strip():
        return _line(text)
    asked.append(question)
    return f"{OPEN}: {question}"


def _line(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False)
