"""One self-contained HTML page that tells whether fine-tuning helped, how sure that is, and what it does not show."""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import jinja2
import pandas as pd

from helpers.core import files
from helpers.core.errors import StageError

TEMPLATES = Path(__file__).parent / "templates"
_MISSING = "\N{EN DASH}"
_NBSP = "\N{NO-BREAK SPACE}"
_PNG = b"\x89PNG\r\n\x1a\n"
_HEADINGS = {
    "model": "Model",
    "n": "n",
    "n_groups": "Groups",
    "accuracy": "Accuracy",
    "rouge_l": "ROUGE-L",
    "entity_f1": "Entity F1",
    "estimate": "Estimate",
    "macro_precision": "Macro precision",
    "macro_recall": "Macro recall",
    "macro_f1": "Macro F1",
    "balanced_accuracy": "Balanced accuracy",
    "matthews_correlation": "Matthews correlation",
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "expected_calibration_error": "Calibration error",
    "brier": "Brier score",
    "unparseable_frac": "Unparseable",
    "greedy_accuracy": "Greedy accuracy",
    "exact_match": "Exact match",
    "polarity_error_frac": "Polarity or side error",
    "common_word_frac": "Common words",
    "exact_record_frac": "Records all right",
    "not_in_text_frac": "Found but not in the text",
    "abstained_frac": "Abstained",
    "latency_median_s": "Median latency, s",
    "latency_p95_s": "95th pct. latency, s",
}


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One line of the headline chart; without `low` and `high` it is a reference line such as majority or chance."""

    name: str
    value: float
    role: Literal["base", "tuned", "baseline", "reference"]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells as they are to be read; make one from a frame with `table`."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    emphasis: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A PNG file with its title, a caption that says how to read it, and what it shows in words (alt text)."""

    path: Path
    title: str
    caption: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One gate and its evidence; `not yet` where a later stage measures it."""

    name: str
    state: Literal["passed", "failed", "not assessable", "not yet", "overridden"]
    text: str
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything the page says, as plain data.

    Args:
        title: What was evaluated.
        subtitle: Run, task and day in one line.
        verdict: Of tuned against best-prompted base.
        verdict_sentence: What the verdict means, in one sentence.
        verdict_evidence: Difference, interval, p-value, test and n, in one line.
        base: What the verdict holds the tuned model against.
        advice: Of tuned against the best simple baseline.
        advice_meaning: What that means for the user, in one sentence.
        advice_evidence: Difference, bound and margin, in one line.
        metric: Name of the primary metric, the headline chart's axis (0 to 1).
        headline: Lines of the headline chart, top to bottom.
        models: The table of all models.
        figures: In the order of reading.
        tables: Further tables (families, subgroups, examples).
        gates: De-identification, permission, parity and others.
        cost: What the run cost.
        caution: The task's own caution.
        limits: Further limits, one sentence each.
        test_openings: How often this test set has been opened, this time included.
        provenance: (what, hash or version) pairs.
    """

    title: str
    subtitle: str
    verdict: Literal["better", "no better", "worse", "not enough data"]
    verdict_sentence: str
    verdict_evidence: str
    base: str
    advice: Literal["superior", "non-inferior", "inferior"]
    advice_meaning: str
    advice_evidence: str
    metric: str
    headline: tuple[Estimate, ...]
    models: Table
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    gates: tuple[Gate, ...]
    cost: Table
    caution: str
    limits: tuple[str, ...]
    test_openings: int
    provenance: tuple[tuple[str, str], ...]


def table(
    frame: pd.DataFrame,
    *,
    title: str,
    caption: str,
    emphasis: str = "",
    headings: Mapping[str, str] | None = None,
) -> Table:
    """Turn a tidy frame into a readable table.

    Columns `low` and `high` join the column before them as "0.755 (0.69 to 0.81)"; fractions have three digits, missing
    numbers are a dash; headings are plain words.

    Args:
        frame: One row a line.
        title: Names the quantity and the set.
        caption: How to read it.
        emphasis: Value of the first column whose row stands out.
        headings: Column to heading, where the default does not suit.

    Raises:
        StageError: If `low` stands without `high`, or without a column before it.
    """
    names = list(frame.columns)
    joined = "low" in names or "high" in names
    at = names.index("low") if "low" in names else 0
    if joined and (names[at : at + 2] != ["low", "high"] or at == 0):
        raise StageError("A table's interval is incomplete", found=names, expected="estimate, low, high side by side")
    kept = [name for name in names if not (joined and name in ("low", "high"))]
    words = {**_HEADINGS, **(headings or {})}
    rows = []
    for row in frame.to_dict("records"):
        cells = {name: _cell(row[name]) for name in kept}
        if joined:
            low, high = _cell(row["low"]), _cell(row["high"])
            inside = f" ({low}{_NBSP}to{_NBSP}{high})" if _MISSING not in (low, high) else f" (no{_NBSP}interval)"
            cells[names[at - 1]] += inside
        rows.append(tuple(cells.values()))
    return Table(
        title=title,
        caption=caption,
        columns=tuple(words.get(name, name.replace("_", " ").capitalize()) for name in kept),
        rows=tuple(rows),
        numeric=tuple(pd.api.types.is_numeric_dtype(frame[name]) for name in kept),
        emphasis=emphasis,
    )


def headline(
    estimates: pd.DataFrame, *, roles: Mapping[str, str], lines: Mapping[str, float] | None = None
) -> tuple[Estimate, ...]:
    """Lines of the headline chart: the models, then reference lines.

    Args:
        estimates: name, estimate, low, high, as `compare.estimates` makes them.
        roles: Name to `base` or `tuned`; any other model is a `baseline`.
        lines: Name to value of majority, chance and the like.
    """
    rows = estimates[["name", "estimate", "low", "high"]].astype(object).itertuples(index=False)
    models = [
        Estimate(name=row.name, value=row.estimate, role=roles.get(row.name, "baseline"), low=row.low, high=row.high)
        for row in rows
    ]
    return (*models, *(Estimate(name=name, value=value, role="reference") for name, value in (lines or {}).items()))


def render(context: Report) -> str:
    """The page as HTML text: styles and pictures inside, no script, nothing loaded from anywhere.

    Raises:
        StageError: If a figure is missing or not a PNG file, or a figure lacks caption or alt text.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: value.replace(" %", f"{_NBSP}%") if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pictures = [(figure, _data_uri(figure)) for figure in context.figures]
    return environment.get_template("report.html").render(report=context, pictures=pictures, top=_top(context))


def write(path: Path, *, context: Report) -> Path:
    """Write the page at `path`, whole or not at all, and return the path.

    Raises:
        StageError: As `render`.
    """
    return files.write_text(path, render(context))


def _top(context: Report) -> float:
    reached = max([line.high or line.value for line in context.headline], default=1.0)
    return next(top for top in (0.25, 0.5, 1.0) if reached <= top or top == 1.0)


def _data_uri(figure: Figure) -> str:
    if not figure.caption or not figure.alt:
        raise StageError("A figure of the report lacks its caption or alt text", found=figure.path.name)
    if not figure.path.is_file():
        raise StageError("A figure of the report is missing", found=figure.path.name, remedy="run 05_evaluate again")
    data = figure.path.read_bytes()
    if not data.startswith(_PNG):
        raise StageError("A figure of the report is not a PNG file", found=figure.path.name, expected="PNG")
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def _cell(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return _MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value and not 0.001 <= abs(value) < 1000:
            return f"{value:.2g}" if abs(value) < 1 else f"{value:,.0f}"
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
