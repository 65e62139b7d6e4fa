"""Train, validation and test as the publisher of a data set has divided it."""

import json
from collections.abc import Iterable, Iterator

from helpers.collect import intake
from helpers.collect.own_tables import places
from helpers.core.errors import RecordError
from helpers.core.task_sources import Columns, PublishedSplit, Source

UNNAMED = "on no side of the published split"


def mark(rows: Iterable[intake.Row], source: Source, *, beside: str = "") -> Iterator[intake.Row]:
    """Rows with their side in `published_split`; one that the split does not name is set aside, and counted.

    With `test_ids`, ids of which no record came are given afterwards with a reason: the test set is then not whole.

    Raises:
        RecordError: If the file of test ids is missing or holds none, or if a side is left without records.
    """
    split, filled = source.split or PublishedSplit(column="split"), set[str]()
    ids, name = _ids(split.test_ids, beside) if split.test_ids else (set(), "")
    missing = set(ids)
    for row in rows:
        if row.reason:
            yield row
            continue
        if split.test_ids:
            key = row.fields["record_id"]
            side = "test" if key in ids else "train"
            missing.discard(key)
        else:
            side = row.fields["published_split"] if split.column else split.side_of_part(row.file)
        if not side:
            yield intake.Row(row.file, row.row, {}, UNNAMED)
            continue
        filled.add(side)
        fields = row.fields | {"published_split": side}
        if source.label_from is None and not (source.columns or Columns()).record_id:
            fields["record_id"] += f"-{side}"  # the same row on two sides: 02 sees both, and keeps the locked one
        yield row._replace(fields=fields)
    for number, _ in enumerate(missing, start=1):  # an id may point to a person, so it is not shown
        yield intake.Row(name, f"missing {number}", {}, "a test id without a record")
    if lacking := sorted({"train", "test", *split.parts} - filled):
        raise RecordError(
            f"The published split of the source `{source.card}` has sides without records",
            found=f"records for {', '.join(sorted(filled)) or 'no side'}",
            expected=f"records for {', '.join(lacking)} too",
            remedy="mend `split` in the task: names of files and splits and values of a column are told apart by case",
        )


def _ids(path: str, beside: str) -> tuple[set[str], str]:
    place = places.find(path, beside=beside)[0]
    with places.opened(place) as handle:
        text = places.decoded(handle.read().removeprefix(b"\xef\xbb\xbf"), encoding="utf-8", fallback=None)
    said = text[0] if text else ""
    if place.ending == ".json":
        try:
            value = json.loads(said)
        except (ValueError, RecursionError):
            value = None
        ids = {str(one) for one in value} if isinstance(value, list | dict) else set()
    else:
        ids = {line.strip() for line in said.splitlines() if line.strip()}
    if not ids:
        raise RecordError(
            "The file of test ids holds none",
            found=place.name,
            expected="one id a line, or .json with a list or an object whose keys are the ids",
            remedy="mend `split.test_ids` in the task, or the file",
        )
    return ids, place.name
