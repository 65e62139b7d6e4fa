"""One self-contained page on the data: what came, what it lacks, how even and long it is, what repeats; no record text."""

import base64
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jinja2
import pandas as pd

from helpers.core import batches, figures, files
from helpers.core.errors import StageError
from helpers.preprocess import conflicts, quality
from helpers.preprocess.pictures import of_quality

TEMPLATES = Path(__file__).parent / "templates"
LIMITS = (512, 1024, 2048, 4096, 8192)
"""Usual lengths of a model's input, in tokens."""
_SAID = {
    "records_by_source": ("Records", "Of each source and side of the split, after everything that was set aside."),
    "set_aside": ("Set aside in this stage", "By reason. What the stage before could not read stands in its own table."),
    "changed": ("Repaired and written one way", "Records that were repaired; units and abbreviations by their number."),
    "missing": ("What is missing", "Records in which a column is empty or says that it is not known. Demographics are "
                "asked of patients only."),
    "label_balance": ("Labels", "Records of each label; of records with several the first. Commonest first."),
    "label_imbalance": ("How even the labels are", "Ratio: largest by smallest. Effective: so many equally large labels "
                        "would be as uneven. Absent: labels that this side has not."),
    "lengths": ("Length of the prompts", "Tokens estimated from letters, digits and signs, about a fifth more or less "
                "than a tokenizer counts; the shares over a limit would be cut or left out by a model with that limit."),
    "duplicates_by_reason": ("Duplicates", "Left out. Across: the two were on different sides of the split."),
    "label_conflicts": ("Same text, other label", "Pairs of duplicates with different labels; `label_conflicts` of the "
                        "profile says whether the one that was kept stays."),
    "boilerplate": ("Shared passages", "Sentences that many records of a source have, by a hash of their words; to read "
                    "one, look at the record named as its example. `boilerplate` of the profile removes them."),
    "copied_forward": ("Copied from note to note", "Sentences of patients with several records that another of their "
                       "records has too, beside the shared passages."),
    "dates": ("Dates of the records", "How far they are told after de-identification. Dates inside texts stay in the form "
              "in which they were written, for 03/04 may be in March or in April."),
}  # fmt: skip


@dataclass(frozen=True)
class Findings:
    """What is known of the data.

    Args:
        headline: measure, count, of, frac.
        tables: By name; each also belongs into the stage's tables.
        pictures: To be drawn and saved.
    """

    headline: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    pictures: tuple[figures.Picture, ...]


def count(files: Mapping[str, Path], *, prompt: str, execution: batches.Execution = "local") -> quality.Tally:
    """`quality.tally` of the records in the file of each side, a batch at a time."""
    parts = [(side, batch) for side, path in files.items() for batch in batches.of(path)]
    work = partial(_counted, prompt=prompt)
    return quality.merge(batches.each(work, parts, execution=execution, what="count"))


def assess(
    counted: quality.Tally,
    *,
    shared: pd.DataFrame,
    copied: pd.DataFrame,
    doubles: pd.DataFrame,
    set_aside: pd.DataFrame,
    changed: Mapping[tuple[str, str], int],
    max_tokens: int,
) -> Findings:
    """Turn the counts of all batches into tables and figures.

    Args:
        counted: Of the records that are left, from `count`.
        shared: From `repeated.shared`.
        copied: From `repeated.copied_forward`.
        doubles: The dropped, from `duplicates.drop`.
        set_aside: From `cleaning.counts`.
        changed: What `cleaning.repair` and `cleaning.standardise` rewrote.
        max_tokens: Longest sequence that this run trains on.
    """
    rewritten = [(*key, count) for key, count in sorted(changed.items())]
    tables = {
        "records_by_source": quality.by_source(counted),
        "set_aside": set_aside,
        "changed": pd.DataFrame(rewritten, columns=["source", "what", "times"]),
        "missing": quality.missing(counted),
        "label_balance": quality.balance(counted),
        "label_imbalance": quality.imbalance(counted),
        "lengths": quality.lengths(counted, limits=(max_tokens, *LIMITS)),
        "duplicates_by_reason": _by_reason(doubles),
        "label_conflicts": conflicts.by_labels(doubles),
        "boilerplate": shared,
        "copied_forward": copied,
        "dates": quality.dates(counted),
    }
    headline = _headline(counted, tables, max_tokens)
    return Findings(headline, tables, tuple(of_quality(counted, tables, max_tokens=max_tokens)))


def write(path: Path, findings: Findings, *, title: str, folder: Path) -> Path:
    """Write the page at `path`, whole or not at all: styles and pictures inside, no script, nothing loaded from anywhere.

    Args:
        path: File to write.
        findings: From `assess`.
        title: Of the task.
        folder: Where the figures of `findings` were saved.

    Raises:
        StageError: If one of the figures is not there.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = _cell
    page = environment.get_template("data_report.html").render(
        title=title,
        headline=findings.headline,
        figures=[(picture, _data_uri(folder / f"{picture.name}.png")) for picture in findings.pictures],
        tables=[(*_SAID[name], table) for name, table in findings.tables.items()],
    )
    return files.write_text(path, page)


def _counted(part: tuple[str, batches.Batch], *, prompt: str) -> quality.Tally:
    side, batch = part
    return quality.tally(batch.frame(quality.COLUMNS), side=side, prompt=prompt)


def _headline(counted: quality.Tally, tables: Mapping[str, pd.DataFrame], max_tokens: int) -> pd.DataFrame:
    total, persons = sum(counted.records.values()), tables["missing"].query("column in ('sex', 'age_band', 'origin')")
    doubles, over, aside = tables["duplicates_by_reason"], tables["lengths"], tables["set_aside"]
    came = total + int(aside["records"].sum()) + int(doubles["records"].sum())
    fields = int(persons["records"].sum())
    long = round(float((over[f"over_{max_tokens}_frac"] * over["records"]).sum()))
    rows = [
        ("records left", total, came),
        ("set aside", int(aside["records"].sum()), came),
        ("duplicates left out", int(doubles["records"].sum()), came),
        ("duplicates across the split", int(doubles.query("across")["records"].sum()), came),
        ("same text, other label", int(tables["label_conflicts"]["records"].sum()), came),
        (f"prompts over {max_tokens} tokens (estimated)", long, total),
        ("demographic fields missing", int(persons["missing"].sum()), fields),
        ("shared passages (sentences)", len(tables["boilerplate"]), None),
    ]
    for row in tables["label_imbalance"].itertuples():
        rows.append((f"records of the rarest label, {row.side}", row.smallest, _on_side(counted, row.side)))
    frame = pd.DataFrame(rows, columns=["measure", "count", "of"]).astype({"count": "Int64", "of": "Int64"})
    frame["frac"] = [count / of if of else math.nan for _, count, of in rows]
    return frame


def _on_side(counted: quality.Tally, side: str) -> int:
    return sum(count for (_, _, where), count in counted.records.items() if where == side)


def _by_reason(doubles: pd.DataFrame) -> pd.DataFrame:
    counts: Counter[tuple[str, bool]] = Counter(zip(doubles["reason"], doubles["across"].astype(bool), strict=True))
    rows = [(*key, count) for key, count in sorted(counts.items())]
    return pd.DataFrame(rows, columns=["reason", "across", "records"]).astype({"across": bool, "records": int})


def _data_uri(path: Path) -> str:
    if not path.is_file():
        raise StageError("A figure of the data report is missing", found=path.name, remedy="run 02_preprocess again")
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _cell(value: object) -> str:
    if pd.isna(value):
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
