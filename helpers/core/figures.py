"""Every figure of the kit: a tidy frame in, `Axes` out; intervals drawn, units in labels, no meaning in colour alone."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PALETTE = sns.color_palette("colorblind")
sns.set_theme(
    style="whitegrid", palette=PALETTE, rc={"figure.dpi": 96, "axes.titlesize": 12, "axes.titlelocation": "left"}
)


@dataclass(frozen=True)
class Picture:
    """A figure not yet drawn: its name, the data behind it, how to read it, and how to draw it."""

    name: str
    data: pd.DataFrame
    caption: str
    draw: Callable[[pd.DataFrame], Axes]


def estimates(
    data: pd.DataFrame,
    *,
    title: str,
    xlabel: str,
    lines: dict[str, float] | None = None,
    highlight: str = "",
) -> Axes:
    """Point estimates with intervals, one row each.

    Args:
        data: Columns name, estimate, low, high and, where known, n; drawn from top to bottom.
        title: Quantity and set.
        xlabel: Quantity with its unit.
        lines: Reference values drawn across, by name.
        highlight: Name of the row to set off with another marker.
    """
    _, ax = plt.subplots(figsize=(8.0, 0.42 * len(data) + 1.6))
    for row, item in enumerate(data.itertuples()):
        chosen = item.name == highlight
        low, high = (item.estimate if pd.isna(value) else value for value in (item.low, item.high))
        ax.plot([low, high], [row, row], color=PALETTE[0], linewidth=2)
        ax.plot(item.estimate, row, "D" if chosen else "o", color=PALETTE[3] if chosen else PALETTE[0], markersize=8)
    labels = [f"{item.name} (n={int(item.n)})" if "n" in data else item.name for item in data.itertuples()]
    ax.set_yticks(range(len(data)), labels)
    ax.invert_yaxis()
    for style, (name, value) in zip(("--", ":", "-."), (lines or {}).items(), strict=False):
        ax.axvline(value, color="0.35", linestyle=style, linewidth=1.3, label=f"{name} {value:.2f}")
    if lines:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.55 / (0.42 * len(data) + 1.0)), ncols=3, frameon=False)
    ax.set(title=title, xlabel=xlabel, ylabel="")
    return ax


def counts(data: pd.DataFrame, *, title: str, xlabel: str, ylabel: str, hue: str = "") -> Axes:
    """Horizontal bars of counts.

    Args:
        data: Columns name and count, and `hue` where given.
        title: What is counted, and in which set.
        xlabel: Unit of the count.
        ylabel: What the names are.
        hue: Column that splits each bar; each part also gets its own hatch.
    """
    names = data["name"].drop_duplicates()
    _, ax = plt.subplots(figsize=(8.0, 0.3 * len(names) + 1.6))
    if hue:
        left = np.zeros(len(names))
        for index, (part, rows) in enumerate(data.groupby(hue, sort=False)):
            width = rows.set_index("name")["count"].reindex(names).fillna(0).to_numpy()
            ax.barh(
                names, width, left=left, label=str(part), color=PALETTE[index], hatch=["", "//", "..", "xx"][index % 4]
            )
            left += width
        ax.legend(title=hue, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    else:
        ax.bar_label(ax.barh(names, data["count"], color=PALETTE[0]), padding=3)
        ax.margins(x=0.08)
    ax.invert_yaxis()
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return ax


def training(log: pd.DataFrame, *, title: str) -> Axes:
    """Training and validation loss by step, the learning rate below on its own axis.

    Args:
        log: Columns step, loss, eval_loss, learning_rate; NaN where not logged.
        title: Model and task.
    """
    figure, (ax, below) = plt.subplots(2, 1, figsize=(8.0, 5.0), sharex=True, height_ratios=(3, 1))
    seen = log.dropna(subset=["loss"])
    ax.plot(seen["step"], seen["loss"], color=PALETTE[0], label="training")
    held = log.dropna(subset=["eval_loss"])
    ax.plot(held["step"], held["eval_loss"], "D--", color=PALETTE[3], label="validation")
    ax.set(title=title, ylabel="loss (nats per answer token)", ylim=(0, None))
    ax.legend()
    below.plot(seen["step"], seen["learning_rate"], color="0.35")
    below.set(xlabel="optimizer step", ylabel="learning rate", ylim=(0, None))
    below.ticklabel_format(axis="y", style="sci", scilimits=(0, 0))
    figure.align_ylabels()
    return ax


def distribution(data: pd.DataFrame, *, title: str, xlabel: str) -> Axes:
    """Share of items up to each score, one line a model: the further right, the better.

    Args:
        data: Columns model, score.
        title: Set.
        xlabel: Score with its unit.
    """
    _, ax = plt.subplots(figsize=(8.0, 4.2))
    for index, (model, rows) in enumerate(data.groupby("model", sort=False)):
        values = np.sort(rows["score"])
        share = np.arange(1, len(values) + 1) / len(values)
        style = ["-", "--", ":", "-."][index % 4]
        ax.step(
            values,
            share,
            style,
            where="post",
            color=PALETTE[[0, 3, 2, 1][index % 4]],
            label=f"{model} (n={len(values)})",
        )
    ax.set(title=title, xlabel=xlabel, ylabel="share of items at or below", xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(loc="lower right")
    return ax


def reached(data: pd.DataFrame, *, title: str, xlabel: str, lines: dict[str, float] | None = None) -> Axes:
    """Share of items up to each value, one line a name, on a log scale.

    Args:
        data: Columns name, value (above 0), count, sorted by value within a name.
        title: Quantity and set.
        xlabel: Quantity with its unit.
        lines: Values marked, by name.
    """
    _, ax = plt.subplots(figsize=(8.0, 4.2))
    for index, (name, rows) in enumerate(data.groupby("name", sort=False)):
        values, share = rows["value"].to_numpy(), rows["count"].cumsum().to_numpy() / rows["count"].sum()
        label = f"{name} (n={int(rows['count'].sum())})"
        style = ["-", "--", ":", "-."][index % 4]
        ax.step(
            [values[0], *values], [0, *share], style, where="post", color=PALETTE[index % len(PALETTE)], label=label
        )
    for name, value in (lines or {}).items():
        ax.axvline(value, color="0.35", linestyle=":", linewidth=1.3, label=f"{name} {value:g}")
    ax.set_xscale("log", base=2)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(title=title, xlabel=xlabel, ylabel="share of items at or below", ylim=(0, 1.02))
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return ax


def matrix(data: pd.DataFrame, *, title: str, xlabel: str, ylabel: str) -> Axes:
    """Counts of a square table as shades with the numbers written in.

    Args:
        data: Columns gold, predicted, count.
        title: Set and model.
        xlabel: What the columns are.
        ylabel: What the rows are.
    """
    table = data.pivot_table(index="gold", columns="predicted", values="count", aggfunc="sum", fill_value=0)
    names = sorted(set(table.index) | set(table.columns))
    table = table.reindex(index=names, columns=names, fill_value=0)
    side = 0.36 * len(names) + 3.5
    _, ax = plt.subplots(figsize=(side, side * 0.85))
    sns.heatmap(
        table,
        annot=table.astype(object).where(table > 0, ""),
        fmt="",
        cmap="Blues",
        cbar=False,
        linewidths=0.4,
        linecolor="0.85",
        square=True,
        ax=ax,
    )
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.tick_params(axis="x", rotation=90)
    return ax


def reliability(data: pd.DataFrame, *, title: str) -> Axes:
    """Observed accuracy against stated confidence, one line a model.

    Args:
        data: Columns model, confidence_mean, accuracy, low, high, n.
        title: Set.
    """
    _, ax = plt.subplots(figsize=(5.6, 5.2))
    ax.plot([0, 1], [0, 1], color="0.5", linestyle=":", label="perfectly calibrated")
    for index, (model, rows) in enumerate(data.groupby("model", sort=False)):
        spread = np.clip([rows["accuracy"] - rows["low"], rows["high"] - rows["accuracy"]], 0, None)
        ax.errorbar(
            rows["confidence_mean"],
            rows["accuracy"],
            yerr=spread,
            fmt=["o-", "D--", "s-."][index % 3],
            color=PALETTE[[0, 3, 2][index % 3]],
            capsize=3,
            label=f"{model} (n={int(rows['n'].sum())})",
        )
    ax.set(
        title=title,
        xlabel="stated confidence (probability)",
        ylabel="observed accuracy (fraction)",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    ax.legend(loc="upper left")
    return ax


def quality_against_latency(data: pd.DataFrame, *, title: str, ylabel: str) -> Axes:
    """Each candidate's quality with its interval against its time per record.

    Args:
        data: Columns name, estimate, low, high, latency_ms.
        title: Set.
        ylabel: Quantity with its unit.
    """
    _, ax = plt.subplots(figsize=(8.0, 4.6))
    markers = ("o", "D", "s", "^", "v", "P", "X", "*", "<", ">")
    for index, item in enumerate(data.itertuples()):
        spread = [[max(0.0, item.estimate - item.low)], [max(0.0, item.high - item.estimate)]]
        ax.errorbar(
            max(item.latency_ms, 1e-3),
            item.estimate,
            yerr=spread,
            fmt=markers[index % len(markers)],
            color=PALETTE[index % len(PALETTE)],
            capsize=3,
            markersize=8,
            label=item.name,
        )
    ax.set_xscale("log")
    ax.set(title=title, xlabel="time per record (milliseconds, log scale)", ylabel=ylabel)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return ax


def learning_curve(data: pd.DataFrame, *, title: str, ylabel: str) -> Axes:
    """Quality against the number of labelled records, one line a model.

    Args:
        data: Columns model, n_train, estimate, low, high, and subset_low, subset_high where several draws were made.
        title: Models and set.
        ylabel: Quantity with its unit.
    """
    _, ax = plt.subplots(figsize=(8.0, 4.6))
    sizes = sorted(data["n_train"].unique())
    for index, (model, rows) in enumerate(data.groupby("model", sort=False)):
        aside = 1.02 ** (index - (data["model"].nunique() - 1) / 2)  # so that bars of one size do not cover each other
        at, color = rows["n_train"].to_numpy() * aside, PALETTE[index % len(PALETTE)]
        spread = np.clip([rows["estimate"] - rows["low"], rows["high"] - rows["estimate"]], 0, None)
        style = ["o-", "D--", "s-.", "^:", "v-", "P--"][index % 6]
        ax.errorbar(at, rows["estimate"], yerr=spread, fmt=style, color=color, capsize=0, label=model)
        if "subset_low" in rows:
            for bound in ("subset_low", "subset_high"):
                ax.plot(at, rows[bound], linestyle="", marker="_", markersize=9, color=color)
    ax.set_xscale("log")
    ax.set_xticks(sizes, [f"{size:,.0f}" for size in sizes])
    ax.minorticks_off()
    ax.set(title=title, xlabel="labelled training records (log scale)", ylabel=ylabel)
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return ax


def save(ax: Axes, data: pd.DataFrame, folder: Path, *, name: str, caption: str) -> None:
    """Write `name.png` and the data behind it as `name.csv`; the caption then stands under the figure that is shown."""
    folder.mkdir(parents=True, exist_ok=True)
    ax.get_figure().savefig(folder / f"{name}.png", dpi=144, bbox_inches="tight")
    finish(ax, caption)
    data.to_csv(folder / f"{name}.csv", index=False)


def close(ax: Axes) -> None:
    """Forget a figure that is saved, so that a notebook does not show it."""
    plt.close(ax.get_figure())


def finish(ax: Axes, caption: str) -> Figure:
    """Put the caption under the figure, and return the figure."""
    figure = ax.get_figure()
    width = int(figure.get_size_inches()[0] * 13)
    bottom = min(axes.get_tightbbox().y0 for axes in figure.axes) / figure.bbox.height
    figure.text(0.01, bottom - 0.02, textwrap.fill(caption, width), fontsize=9, color="0.25", va="top", ha="left")
    return figure
