"""The splits of every shipped task share nothing, and no order, shard or bucket of the records changes them."""

import json
from collections import Counter, defaultdict

import pandas as pd
import pytest

from helpers.collect import sources
from helpers.core import batches, profiles, records, tasks
from helpers.preprocess import passes

RECORDS = {"diagnosis": 300, "patient_communication": 800, "drug_discovery": 800}
SETTINGS = profiles.load("quick").preprocess


@pytest.fixture(scope="module", params=sorted(RECORDS))
def collected(request, tmp_path_factory):
    task = tasks.load(request.param)
    folder = tmp_path_factory.mktemp(task.name)
    found, _ = sources.gather(task.sources, folder=folder, seed=1, max_records=RECORDS[task.name], labels=task.labels)
    return task, found


def _split(task, frame, buckets, folder):
    """Records by side after 02, in so many buckets of whole patients; texts are not scanned, which splits nothing."""
    folder.mkdir()
    bucket = frame["patient_key"].map(
        {key: number % buckets for number, key in enumerate(frame["patient_key"].unique())}
    )
    path = folder / "records.parquet"
    batches.write((records.to_table(frame[bucket == number]) for number in range(buckets)), path)
    where, alike = {"scratch": folder / "scratch"}, {"min_jaccard": SETTINGS.near_duplicate_jaccard, "form": task.form}
    folds = {"parts": task.split_parts, "fold_parts": task.split_fold_parts, "test_fold": SETTINGS.test_fold}
    repaired = passes.repair(path, min_chars=SETTINGS.min_chars, **folds, **where)
    options = {"method": "safe_harbor", "output": "tag", "key": b"k" * 32, "seed": 1, "form": task.form, "scan": False}
    clean = passes.deidentify(repaired, gold_notes=1, **options, **where)
    standard = passes.standardise(clean, sections=task.sections, **alike, **where)
    files = {side: folder / f"{side}.parquet" for side in ("train", "validation", "test")}
    passes.split(standard, files, **alike, **where)
    before = pd.concat(pd.read_parquet(file, columns=["side", "provenance"]) for file in repaired.files)
    return {side: records.read(file) for side, file in files.items()}, before


@pytest.fixture(scope="module")
def once(collected, tmp_path_factory):
    task, frame = collected
    return _split(task, frame, 1, tmp_path_factory.mktemp("once") / "one")


def _grams(text, form):
    words = "".join(char if char.isalnum() or char == "_" else " " for char in text.casefold()).split()
    if form == "notation":
        return {text}
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def _nearest(one, other, form):
    """Largest Jaccard similarity of two texts, one of each frame; every pair that shares a word 3-gram is compared."""
    sets = [_grams(text, form) for text in other["text"]]
    having = defaultdict(list)
    for number, grams in enumerate(sets):
        for gram in grams:
            having[gram].append(number)
    best = 0.0
    for text in one["text"]:
        grams = _grams(text, form)
        shared = Counter(number for gram in grams for number in having.get(gram, ()))
        best = max([best, *(both / (len(grams) + len(sets[number]) - both) for number, both in shared.items())])
    return best


PAIRS = (("train", "validation"), ("train", "test"), ("validation", "test"))


def test_no_two_sides_share_a_patient_group_record_text_or_near_duplicate(collected, once):
    task, _ = collected
    sides, _ = once
    assert all(len(side) for side in sides.values())
    for first, second in PAIRS:
        for column in ("patient_key", "group", "record_id", "text"):
            assert not set(sides[first][column]) & set(sides[second][column]), (first, second, column)
        assert _nearest(sides[first], sides[second], task.form) < SETTINGS.near_duplicate_jaccard


def test_no_two_sides_share_a_publication(collected, once):
    task, _ = collected
    _, before = once
    of_side = defaultdict(set)
    for side, provenance in zip(before["side"], before["provenance"], strict=True):
        of_side[side] |= set(json.loads(provenance or "{}").get("pmids", []))
    assert (task.name == "diagnosis") == bool(of_side["train"])  # the others rest on no publications of their own
    for first, second in PAIRS:
        assert not of_side[first] & of_side[second]


@pytest.mark.parametrize(("seed", "buckets"), [(3, 1), (4, 7)])
def test_order_and_buckets_of_the_records_change_nothing(collected, once, tmp_path, seed, buckets):
    task, frame = collected
    again, _ = _split(task, frame.sample(frac=1.0, random_state=seed), buckets, tmp_path / "again")
    for side, expected in once[0].items():
        found = again[side].sort_values("record_id", ignore_index=True)
        pd.testing.assert_frame_equal(found, expected.sort_values("record_id", ignore_index=True))
