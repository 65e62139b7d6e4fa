"""Hugging Face data sets: a copy in a folder, and the hub's own protocol from a server on this machine."""

import json
import os
import subprocess
import sys

import hub_stand_in
import loading
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect import arrivals, buckets, sources
from helpers.core import batches, paths, task_sources
from helpers.core.errors import EgressError, RecordError

COLUMNS = {"record_id": "pubid", "text": ["question", "context.contexts"], "labels": "final_decision"}
SPLIT = {"parts": {"train": "train", "validation": "validation", "test": "test"}}
SIZES = {"train": 6, "validation": 3, "test": 4}


def _block(path, **changes):
    return task_sources.Source(
        **{"card": "mine", "kind": "journal", "path": f"hub:{path}", "columns": COLUMNS} | changes
    )


@pytest.fixture
def copy(tmp_path):
    """A snapshot as the hub lays it out: Parquet by configuration and split, a README that names them."""
    folder, first = tmp_path / "copy", 0
    (folder / "labeled").mkdir(parents=True)
    for split, count in SIZES.items():
        ids = range(first, first := first + count)
        table = {
            "pubid": list(ids),
            "question": [f"Question {i}?" for i in ids],
            "context": [{"contexts": [f"First {i}.", f"Second {i}."], "meshes": ["a"]} for i in ids],
            "final_decision": [("yes", "no", "maybe")[i % 3] for i in ids],
        }
        pq.write_table(pa.table(table), folder / "labeled" / f"{split}-00000-of-00001.parquet")
    (folder / "README.md").write_text(
        "---\nconfigs:\n- config_name: labeled\n  data_files:\n"
        + "".join(f"  - split: {split}\n    path: labeled/{split}-*\n" for split in SIZES)
        + "- config_name: other\n  data_files:\n  - split: train\n    path: labeled/test-*\n---\n# A data set\n"
    )
    return folder


def test_a_copy_is_read_split_by_split_and_its_own_split_is_kept(copy):
    records, aside = loading.own_files(_block(copy, config="labeled", split=SPLIT))
    assert aside.empty and records["published_split"].value_counts().to_dict() == SIZES
    first = records.set_index("record_id").loc["0"]
    assert first["text"] == "Question 0?\n\nFirst 0.\n\nSecond 0." and first["labels"] == ["yes"]
    files = records["provenance"].map(lambda said: json.loads(said)["file"])
    assert (files == records["published_split"]).all()


def test_only_the_splits_that_the_task_names_are_read_and_without_names_all(copy):
    some = {"parts": {"train": "train", "test": "test"}}
    records, aside = loading.own_files(_block(copy, config="labeled", split=some))
    assert aside.empty and set(records["published_split"]) == {"train", "test"}
    everything, _ = loading.own_files(_block(copy, config="labeled"))
    assert len(everything) == sum(SIZES.values()) and set(everything["published_split"]) == {""}
    with pytest.raises(RecordError, match="records for validation too"):
        loading.own_files(_block(copy, config="labeled", split={"parts": SPLIT["parts"] | {"validation": "dev"}}))


def test_a_copy_is_collected_into_many_buckets_with_its_own_split(copy, tmp_path, monkeypatch):
    monkeypatch.setattr(buckets, "RECORDS", 3)
    monkeypatch.setattr(arrivals, "CHUNK", 2)
    block, path = _block(copy, config="labeled", split=SPLIT), tmp_path / "records.parquet"
    where = {"folder": tmp_path, "scratch": tmp_path / "way", "quarantine_file": tmp_path / "aside.csv"}
    collected = sources.collect([block], records_file=path, cache=None, seed=1, **where)
    assert collected.records == sum(SIZES.values()) and pq.read_metadata(path).num_row_groups > 1
    found = pd.concat(batches.frames(path)).sort_values("record_id", ignore_index=True)
    expected = loading.own_files(block)[0].sort_values("record_id", ignore_index=True)
    assert found.to_dict("list") == expected.to_dict("list")


def test_a_configuration_is_needed_where_there_are_several_and_must_exist(copy):
    for config in (None, "unlabeled"):
        with pytest.raises(RecordError, match=f"configuration {config or 'not stated'}.*state `config`"):
            loading.own_files(_block(copy, config=config))


def test_classes_come_by_their_names_and_unlabelled_rows_are_set_aside(tmp_path):
    import datasets

    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["no", "yes"])})
    (tmp_path / "copy").mkdir()
    made = datasets.Dataset.from_dict({"text": ["a", "b", "c"], "label": [1, 0, -1]}, features=features)
    made.to_parquet(tmp_path / "copy" / "train.parquet")
    records, aside = loading.own_files(_block(tmp_path / "copy", columns={"text": "text", "labels": "label"}))
    assert records["labels"].tolist() == [["yes"], ["no"]] and aside["reason"].tolist() == ["no label"]


def test_a_missing_column_names_those_there_are(copy):
    with pytest.raises(RecordError, match=r"Found: pubid, question, context, final_decision.*Expected: verdict"):
        loading.own_files(_block(copy, config="labeled", columns=COLUMNS | {"labels": "verdict"}))


@pytest.mark.parametrize("path", ["owner/name", "owner/name@main", "owner/name@1234567", "owner/name@"])
def test_a_data_set_without_its_commit_is_refused(path):
    with pytest.raises(RecordError, match=r"has no revision.*commit of 40 digits.*Remedy: take the commit"):
        loading.own_files(_block(path))


def test_a_loading_script_is_named_and_never_run(tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "copy.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(RecordError, match=r"a loading script, copy\.py, which is never run"):
        loading.own_files(_block(tmp_path / "copy"))
    assert not (tmp_path / "ran").exists()


# --- from a server that speaks as the hub does

COMMIT = "a" * 40
_READ = """
import sys
from pathlib import Path
from helpers.collect import intake
from helpers.collect.own_tables import own_files
from helpers.core import task_sources
block = task_sources.Source.model_validate_json(sys.argv[1])
rows = own_files.rows(block, scratch=Path(sys.argv[2]), cards=Path(sys.argv[3]))
records, aside = intake.sort_out(rows, source=block.card)
print(len(records), len(aside), records["published_split"].value_counts().to_dict())
"""

_COLLECT = """
import sys
from pathlib import Path
from helpers.collect import sources
from helpers.core import records, task_sources
block, cache, beside = task_sources.Source.model_validate_json(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).parent
file, aside, way = beside / "records.parquet", beside / "aside.csv", beside / "way"
where = {"records_file": file, "quarantine_file": aside, "folder": beside, "scratch": way, "beside": str(beside)}
found = sources.collect([block], cache=cache, seed=1, **where)
print(found.records, len(found.set_aside), records.read(file)["published_split"].value_counts().to_dict(), way.exists())
"""


def _over_http(copy, tmp_path, *, hosts, path=f"owner/name@{COMMIT}", broken="", code=_READ):
    """Another process, for the hub's address is read when its library is imported."""
    cards = tmp_path / "data_cards"
    cards.mkdir(exist_ok=True)
    (cards / "mine.md").write_text(
        (paths.DATA_CARDS / "pubmedqa.md").read_text().replace("name: pubmedqa", "name: mine")
        .replace("hosts: []", f"hosts: [{hosts}]")
    )  # fmt: skip
    with hub_stand_in.serving(copy, commit=COMMIT, broken=broken) as (address, asked):
        environment = {**os.environ, "HF_ENDPOINT": address, "HF_HUB_OFFLINE": "0", "PYTHONPATH": str(paths.ROOT)}
        environment |= {"HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
        block = _block(path, config="labeled", split=SPLIT).model_dump_json()
        command = [sys.executable, "-c", code, block, str(tmp_path / "scratch"), str(cards)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        return done, list(asked)


def test_the_hub_is_asked_for_that_commit_and_what_came_stays_in_the_runs_folder(copy, tmp_path):
    done, asked = _over_http(copy, tmp_path, hosts="127.0.0.1")
    assert "13 0" in done.stdout and "'test': 4" in done.stdout, done.stderr
    assert all(COMMIT in path for path in asked) and len(asked) >= 5
    assert not list((tmp_path / "home").rglob("*.parquet"))
    again, asked = _over_http(copy, tmp_path, hosts="127.0.0.1")
    assert again.stdout == done.stdout and not any(path.endswith(".parquet") for path in asked)


def test_collecting_asks_by_the_card_beside_the_task_and_asks_for_no_file_twice(copy, tmp_path):
    done, asked = _over_http(copy, tmp_path, hosts="127.0.0.1", code=_COLLECT)
    assert done.stdout == "13 0 {'train': 6, 'test': 4, 'validation': 3} False\n", done.stderr
    assert [path for path in asked if path.endswith(".parquet")]
    again, asked = _over_http(copy, tmp_path, hosts="127.0.0.1", code=_COLLECT)
    assert again.stdout == done.stdout and not any(path.endswith(".parquet") for path in asked)


def test_a_fetch_that_broke_off_goes_on_without_asking_for_a_finished_file_again(copy, tmp_path):
    broken, first = _over_http(copy, tmp_path, hosts="127.0.0.1", broken="test-00000-of-00001.parquet")
    assert "could not be fetched" in broken.stderr and "run again to go on" in broken.stderr
    done, second = _over_http(copy, tmp_path, hosts="127.0.0.1")
    assert "13 0" in done.stdout, done.stderr
    files = [[path for path in asked if path.endswith(".parquet")] for asked in (first, second)]
    assert files[1] and not set(files[1]) & {path for path in files[0] if "/test-" not in path}


def test_a_host_that_the_card_does_not_name_is_never_asked(copy, tmp_path):
    done, asked = _over_http(copy, tmp_path, hosts="huggingface.co")
    assert "EgressError" in done.stderr and "127.0.0.1" in done.stderr and asked == []


def test_a_commit_that_the_hub_does_not_know_is_an_error_with_a_remedy(copy, tmp_path):
    done, _ = _over_http(copy, tmp_path, hosts="127.0.0.1", path="owner/name@" + "b" * 40)
    assert "RecordError" in done.stderr and "could not be fetched" in done.stderr and "check id, commit" in done.stderr


def test_by_default_the_hub_itself_is_the_host(copy, tmp_path):
    (tmp_path / "mine.md").write_text(
        (paths.DATA_CARDS / "pubmedqa.md").read_text().replace("name: pubmedqa", "name: mine")
    )
    with pytest.raises(EgressError, match=r"host huggingface\.co"):
        loading.own_files(_block(f"owner/name@{COMMIT}"), scratch=tmp_path, cards=tmp_path)
