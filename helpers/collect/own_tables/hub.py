"""Data sets of the Hugging Face hub, by id and commit, or a copy of one in a folder; no code of theirs is ever run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.collect import intake, permission
from helpers.collect.own_tables import cells, mapping
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.task_sources import HUB, Source

FORM = "hub"  # style of a record where no column says it
_REMOTE = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})")


def rows(
    source: Source, *, beside: str = "", scratch: Path | None = None, cards: Path = paths.DATA_CARDS
) -> Iterator[intake.Row]:
    """Every row of a data set, split by split; of those that `source.split.parts` names, where it names any.

    A row's `file` is the name of the data set's own split. Classes that are stored as numbers come by their names.

    Args:
        source: A block whose path begins with `hub:`.
        beside: Folder in which the folder of a copy is looked for first.
        scratch: The data set is fetched, whole, into its `hub/` (without one, into the hub client's own cache); a killed
            fetch goes on where it stopped.
        cards: Folder of the data card, which must name the hub's host among `hosts`.

    Raises:
        EgressError: If the card does not name the host.
        RecordError: If path, configuration, splits or columns are not there, or the data set cannot be read.
    """
    folder = _folder(source, beside, scratch, cards)
    found = _loaded(folder, source)
    by_name = source.split is not None and bool(source.split.parts) and not source.split.column
    for name, data in found.items():
        if not by_name or source.split.side_of_part(name):
            yield from _split(data, name, source)


def _split(data: Any, name: str, source: Source) -> Iterator[intake.Row]:
    wanted, classes = source.column_names(), _classes(data.features or {})
    seen: dict[str, None] = dict.fromkeys(data.features or {})
    for number, row in enumerate(data, start=1):
        values = {column: cells.reach(row, column) for column in wanted}
        seen.update(dict.fromkeys([*row, *(column for column in wanted if values[column] is not None)]))
        values |= {
            column: classes[column][values[column]] if values[column] >= 0 else None  # -1: not labelled
            for column in wanted
            if column in classes and isinstance(values[column], int)
        }
        yield mapping.to_row(cells.Cells(str(number), values), source, file=name, form=FORM)
    cells.require(list(seen), wanted, file=name)


def _classes(features: Any) -> dict[str, list[str]]:
    return {name: feature.names for name, feature in features.items() if type(feature).__name__ == "ClassLabel"}


def _folder(source: Source, beside: str, scratch: Path | None, cards: Path) -> Path:
    said = source.path.removeprefix(HUB)
    remote = _REMOTE.fullmatch(said)
    if remote:
        return _fetched(remote["id"], remote["commit"], source.card, scratch, cards)
    for place in paths.looked_in(beside):
        if "@" not in said and (place / Path(said).expanduser()).is_dir():
            return place / Path(said).expanduser()
    raise RecordError(
        f"The hub data set of the source `{source.card}` has no revision",
        found=said.rpartition("@")[2] if "@" in said else "no revision, and no folder of that name",
        expected="hub:<owner>/<name>@<commit of 40 digits>, so that the data never change unseen; or hub:<folder> of a copy",
        remedy="take the commit from the data set's page, under Files and versions, History",
    )


def _fetched(name: str, commit: str, card: str, scratch: Path | None, cards: Path) -> Path:
    import httpx2
    import huggingface_hub  # a second to import, and most runs need none of it
    from huggingface_hub.constants import ENDPOINT
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    cache = None if scratch is None else scratch / "hub"
    permission.check_host(card, urlsplit(ENDPOINT).hostname or "", folder=cards)
    try:
        return Path(huggingface_hub.snapshot_download(name, repo_type="dataset", revision=commit, cache_dir=cache))
    except (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        httpx2.HTTPError,
        OSError,
    ) as error:  # their texts may hold a token's address
        raise RecordError(
            f"The hub data set {name} could not be fetched",
            found=type(error).__name__,
            expected="a data set that this user may read, with that commit",
            remedy="check id, commit and network; for a gated one ask for access and export HF_TOKEN; run again to go on",
        ) from None


def _loaded(folder: Path, source: Source) -> dict[str, Any]:
    import datasets

    scripts = [path.name for path in folder.glob("*.py")]
    try:
        return dict(datasets.load_dataset(str(folder), name=source.config, streaming=True))
    except (datasets.exceptions.DatasetsError, ValueError, RuntimeError, OSError) as error:
        raise RecordError(
            f"The hub data set of the source `{source.card}` cannot be read",
            found=f"{type(error).__name__}; configuration {source.config or 'not stated'}"
            + (f"; a loading script, {', '.join(scripts)}, which is never run" if scripts else ""),
            expected="files of Parquet, CSV or JSON, and the name of a configuration where there are several",
            remedy="state `config`; for a data set with a script take the commit of its branch refs/convert/parquet",
        ) from None
