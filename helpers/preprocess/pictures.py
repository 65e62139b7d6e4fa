"""The figures of 02."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from helpers.core import figures
from helpers.preprocess import quality
from helpers.preprocess.leak_report import Report

MOST_LABELS = 30
"""Labels drawn; of more the commonest and the rarest."""


def leaks(report: Report, *, limit: float) -> list[figures.Picture]:
    """Share of planted identifiers still readable, by class and by note style; none where nothing was planted.

    Args:
        report: From `leak_report.of`.
        limit: Largest leak share of a class that the gate allows.
    """
    if report.leaks_by_class.empty:
        return []
    by_class = report.leaks_by_class.rename(columns={"label": "name", "leak_frac": "estimate", "spans": "n"})
    by_style = report.by_style[report.by_style["spans"] > 0]
    by_style = by_style.rename(columns={"style": "name", "leak_frac": "estimate", "spans": "n"})
    read = (
        "Share of planted identifiers of which any part was still readable after de-identification; "
        "the line is its 95 % interval. Further left is better."
    )
    draw = partial(figures.estimates, xlabel="share left in (fraction of planted identifiers)")
    return [
        figures.Picture(
            "leaks_by_class",
            by_class,
            read + " The dashed line is the gate's limit for any one class.",
            partial(draw, title="Identifiers left in, by class", lines={"limit": limit}),
        ),
        figures.Picture("leaks_by_style", by_style, read, partial(draw, title="Identifiers left in, by note style")),
    ]


def of_quality(counted: quality.Tally, tables: Mapping[str, pd.DataFrame], *, max_tokens: int) -> list[figures.Picture]:
    """The figures of the data report; those of which there is something to draw.

    Args:
        counted: From `quality.merge`.
        tables: records_by_source, missing, label_balance, duplicates_by_reason, as `data_report.assess` makes them.
        max_tokens: Drawn across the lengths.
    """
    records, missing = tables["records_by_source"], tables["missing"]
    labels, doubles = tables["label_balance"], tables["duplicates_by_reason"]
    drawn = [
        figures.Picture(
            "records_by_source",
            _by_side(records.rename(columns={"source": "name"})),
            "Length is the number of records that are left; colour and hatching mark the side of the split.",
            partial(figures.counts, title="Records by source", xlabel="records", ylabel="source", hue="side"),
        ),
        figures.Picture(
            "prompt_lengths",
            _lengths(counted),
            "Share of prompts up to each length, estimated without a tokenizer. What lies right of the line is longer than "
            "this run trains on.",
            partial(
                figures.reached,
                title="Length of the prompts",
                xlabel="estimated tokens (log scale)",
                lines={"longest in training": max_tokens},
            ),
        ),
    ]
    if len(labels):
        half = MOST_LABELS // 2
        some = labels if len(labels) <= MOST_LABELS else pd.concat([labels.head(half), labels.tail(half)])
        title = "Records by label" + (f", {half} commonest and {half} rarest" if len(labels) > MOST_LABELS else "")
        read = "Length is the number of records; a label with few of them is learnt and measured badly."
        draw = partial(figures.counts, title=title, xlabel="records", ylabel="label", hue="side")
        drawn.insert(1, figures.Picture("label_balance", _by_side(some.rename(columns={"label": "name"})), read, draw))
    if missing["missing"].any():
        lacking = missing[missing["missing"] > 0]
        data = pd.DataFrame(
            {
                "name": [f"{row.source}: {row.column} (n={row.records})" for row in lacking.itertuples()],
                "count": (100 * lacking["missing_frac"]).round(1).to_numpy(),
            }
        )
        read = "Share of records in which the column is empty or says that it is not known; n is the number of records."
        draw = partial(figures.counts, title="What is missing", xlabel="records without it (%)", ylabel="")
        drawn.append(figures.Picture("missing_fields", data, read, draw))
    if len(doubles):
        where = doubles["across"].map({True: "across the split", False: "on one side"})
        data = pd.DataFrame({"name": doubles["reason"], "where": where, "count": doubles["records"]})
        read = "Records left out because another says the same, or nearly; left in, those across the split would leak."
        draw = partial(figures.counts, title="Duplicates left out", xlabel="records", ylabel="", hue="where")
        drawn.append(figures.Picture("duplicates", data, read, draw))
    return drawn


def _by_side(table: pd.DataFrame) -> pd.DataFrame:
    rows = table.melt(id_vars="name", value_vars=list(quality.SIDES), var_name="side", value_name="count")
    return rows.groupby(["name", "side"], sort=False)["count"].sum().reset_index()


def _lengths(counted: quality.Tally) -> pd.DataFrame:
    rows = [(source, length, count) for (source, _, length), count in counted.tokens.items()]
    frame = pd.DataFrame(rows, columns=["name", "value", "count"])
    return frame.groupby(["name", "value"])["count"].sum().reset_index()
