"""The `clintune fit` command."""

from typing import Annotated, Literal

import psutil
import typer
from rich import box
from rich.console import Console
from rich.table import Table

out = Console()


def fit(
    model: Annotated[str, typer.Argument(help="Embedded name, local folder or hub id; its configuration is enough.")],
    tokens: Annotated[int, typer.Option(min=1, help="Tokens seen in all epochs together.")] = 400_000,
    length: Annotated[int, typer.Option(min=1, help="Tokens of a record with its prompt, on average.")] = 200,
    longest: Annotated[int, typer.Option(min=1, help="Tokens of the longest record.")] = 512,
    batch: Annotated[int, typer.Option(min=1, help="Records in memory at once (train.micro_batch_size).")] = 2,
    method: Annotated[
        Literal["lora", "full"], typer.Option(help="What is trained on this machine; GPUs show all methods.")
    ] = "lora",
    rank: Annotated[int, typer.Option(min=1, help="Of the adapter (train.lora_r).")] = 16,
    layers: Annotated[int, typer.Option(min=0, help="Adapted top layers (train.adapter_layers); 0 for all.")] = 0,
    epochs_remembered: Annotated[
        int, typer.Option(min=1, help="Epochs that reuse what the layers below the adapted ones give; 1 for none.")
    ] = 1,
) -> None:
    """Say whether training a model will fit: minutes, GiB and USD, here and on T4, L4, A100 and H100.

    No weights are read. This machine's speed is measured for a moment; the GPUs' rows are estimates from data sheets and
    dated list prices, each with the fewest of one, two, four or eight cards that are enough.
    """
    from helpers.core import machine
    from helpers.lm import models, shapes
    from helpers.select import resources

    shape = shapes.of(models.load_config(model))
    frame = resources.estimate(
        shape,
        tokens=tokens,
        length=length,
        longest=longest,
        micro_batch_size=batch,
        gflops=resources.measure_gflops(),
        memory_gib_here=psutil.virtual_memory().total / machine.GIB,
        method=method,
        lora_r=rank,
        adapted_layers=layers or None,
        remembered_epochs=epochs_remembered,
    )
    out.print(
        f"{model}: {shape.parameters / 1e6:,.0f} million parameters, {tokens:,} tokens", markup=False, soft_wrap=True
    )
    caption = f"GiB on one card; USD by list prices of {resources.PRICES_AS_OF}"
    table = Table(caption=caption, caption_justify="left", box=box.SIMPLE_HEAD)
    for column in ("machine", "cards", "method", "minutes", "needs GiB", "has GiB", "fits", "USD"):
        table.add_column(column)
    for row in frame.itertuples():
        price = "" if row.usd != row.usd else f"{row.usd:.2f}"
        cards = str(row.gpus or "")
        numbers = (f"{row.minutes:,.1f}", f"{row.needs_gib:.1f}", f"{row.has_gib:.1f}")
        table.add_row(row.machine, cards, row.method, *numbers, "yes" if row.fits else "no", price)
    out.print(table)
