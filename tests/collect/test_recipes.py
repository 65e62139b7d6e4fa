"""The recipes for published data sets, from the publishers' own files; skipped, visibly, where these are absent."""

import json
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from helpers.collect import buckets, permission, sources
from helpers.core import batches, paths, task_sources, tasks
from helpers.preprocess import cleaning, deidentify, duplicates, passes, splits

SIZES = {  # records collected; rows set aside; records by side once near copies are dropped
    "pubmedqa": (1000, {}, {"train": 436, "validation": 64, "test": 500}),
    "mts_dialog": (1499, {"duplicate id": 2}, {"train": 1195, "validation": 100, "test": 200}),
    "ncbi_disease": (7287, {}, {"train": 5385, "validation": 921, "test": 934}),
    "meqsum": (1000, {}, {"train": 715, "validation": 86, "test": 199}),
}
ROAD = {"method": "safe_harbor", "output": "surrogate", "key": bytes(16), "seed": 1, "workers": 2}


@pytest.fixture(scope="module", params=SIZES)
def recipe(request, shared, tmp_path_factory):
    """Name, task, records of 01, its quarantine, the sides of 02, and in how many records identifiers were looked for."""
    task = tasks.load(request.param)
    folder = task.sources[0].path.partition("/")[0]
    if not (shared / "data" / folder).is_dir():
        pytest.skip(f"no {folder} under CLINTUNE_SHARED or ../shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINTUNE_DATA", str(shared / "data"))
        found, aside = sources.gather(task.sources, folder=tmp_path_factory.mktemp("raw"), seed=1, labels=task.labels)
    repaired, _ = cleaning.repair(found, min_chars=3)
    sides = splits.assign(repaired, test_fold=0, parts=task.split_parts, fold_parts=task.split_fold_parts)
    clean, report = deidentify.apply(repaired, **ROAD, as_published=task.as_published)
    standard, lost = cleaning.standardise(clean, sections=task.sections, form=task.form, kind=task.kind)
    assert lost.empty or task.kind != "extraction"
    kept, _ = duplicates.drop(standard, min_jaccard=0.9, split=sides, form=task.form)
    parts = {side: kept[sides[kept.index] == side] for side in ("train", "validation", "test")}
    return request.param, task, found, aside, parts, report.scanned


def test_a_recipe_gives_the_published_records_and_sides_that_share_nothing(recipe):
    name, task, found, aside, parts, scanned = recipe
    records, set_aside, sizes = SIZES[name]
    assert len(found) == records and aside["reason"].value_counts().to_dict() == set_aside
    counted = splits.check(**parts)  # group (of PubMedQA the PMID), patient, record and text
    assert dict(zip(counted["split"], counted["records"], strict=True)) == sizes
    assert duplicates.drop(pd.concat(parts.values()), min_jaccard=0.9, form=task.form)[1].empty
    assert scanned == (0 if task.as_published else records)
    if task.kind == "classification":
        assert {label for labels in found["labels"] for label in labels} >= set(task.labels)
    else:
        assert found["references"].map(len).eq(1).all()


def test_many_buckets_give_the_records_of_a_recipe_on_the_same_sides(recipe, shared, tmp_path, monkeypatch):
    _, task, found, aside, parts, scanned = recipe
    monkeypatch.setenv("CLINTUNE_DATA", str(shared / "data"))
    monkeypatch.setattr(buckets, "RECORDS", len(found) // 4)
    path = tmp_path / "records.parquet"
    where = {"folder": tmp_path, "scratch": tmp_path / "way", "quarantine_file": tmp_path / "aside.csv"}
    collected = sources.collect(task.sources, records_file=path, cache=None, seed=1, labels=task.labels, **where)
    assert collected.records == len(found) and collected.set_aside["rows"].sum() == len(aside)
    assert pq.read_metadata(path).num_row_groups > 3
    alike, scratch = {"min_jaccard": 0.9, "form": task.form}, tmp_path / "parts"
    folds = {"test_fold": 0, "parts": task.split_parts, "fold_parts": task.split_fold_parts}
    repaired = passes.repair(path, min_chars=3, scratch=scratch, **folds)
    options = ROAD | {"form": task.form, "as_published": task.as_published}
    clean = passes.deidentify(repaired, gold_notes=1, scratch=scratch, **options)
    standard = passes.standardise(clean, sections=task.sections, kind=task.kind, scratch=scratch, **alike)
    files = {side: tmp_path / f"{side}.parquet" for side in parts}
    passes.split(standard, files, scratch=scratch, **alike)
    assert clean.scanned == scanned
    for side, file in files.items():
        given, expected = (
            frame.sort_values("record_id", ignore_index=True).to_dict("list")
            for frame in (pd.concat(batches.frames(file)), parts[side])
        )
        assert given == expected


def test_the_test_set_of_pubmedqa_is_the_locked_one_and_no_conclusion_is_in_a_text(recipe, shared):
    name, _, found, _, parts, _ = recipe
    if name != "pubmedqa":
        pytest.skip(f"{name} has no list of test ids")
    gold = json.loads((shared / "data" / name / "test_ground_truth.json").read_text())
    locked = found[found["published_split"] == "test"]
    assert dict(zip(locked["record_id"], locked["labels"].str[0], strict=True)) == gold
    assert set(parts["test"]["group"]) == set(gold)
    articles = json.loads((shared / "data" / name / "ori_pqal.json").read_text())
    said = found.set_index("record_id")["text"]
    assert not [key for key, row in articles.items() if row["LONG_ANSWER"] in said[key]]


def test_no_recipe_names_a_place_on_a_machine_and_every_card_permits_it():
    for name in SIZES:
        task = tasks.load(name)
        assert not any(source.path.startswith(("/", "..", "~")) for source in task.sources)
        cards = permission.check([source.card for source in task.sources], use="train", today=date.today())
        permission.check_kinds(task.sources, cards)
        assert permission.summary(cards)["deid_approval"]


def test_the_readme_block_of_a_hub_data_set_holds_together():
    section = (
        (paths.ROOT / "README.md").read_text(encoding="utf-8").split("## Published data sets\n")[1].split("\n## ")[0]
    )
    source = task_sources.Source(**yaml.safe_load(section.split("```yaml\n")[1].split("```")[0])["sources"][0])
    assert source.is_hub and source.split.side_of_part("test") == "test"
    assert source.column_names() == ["question", "context.paragraphs", "answer", "id"]
    for name in SIZES:
        folder = tasks.load(name).sources[0].path.partition("/")[0]
        assert f"clintune run --task {name} " in section and f"data/{folder}/" in section
