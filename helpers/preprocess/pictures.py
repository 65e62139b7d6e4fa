"""The figures of 02."""

from functools import partial

from helpers.core import figures
from helpers.preprocess.gate import Report


def leaks(report: Report, *, limit: float) -> list[figures.Picture]:
    """Share of planted identifiers still readable, by class and by note style; none where nothing was planted.

    Args:
        report: From `gate.assess`.
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
