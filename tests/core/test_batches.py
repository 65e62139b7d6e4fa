import os
import sys
import time
from functools import partial
from hashlib import blake2b

import numpy as np
import pyarrow.parquet as pq
import pytest

from helpers.core import batches, records
from helpers.core.errors import StageError


def _frame(*names):
    return records.to_frame({"record_id": name, "kind": "table", "text": f"text {name}"} for name in names)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "records.parquet"
    tables = [records.to_table(_frame(*names)) for names in (["b", "a"], [], ["c"])]
    assert batches.write(tables, path) == 3
    return path


def test_each_table_is_a_batch_and_empty_ones_are_none(path):
    assert [batch.frame()["record_id"].tolist() for batch in batches.of(path)] == [["b", "a"], ["c"]]
    assert records.read(path).equals(_frame("b", "a", "c"))


def test_frames_of_several_files_come_in_order_with_the_columns_asked_for(path):
    found = list(batches.frames(path, path, columns=["text"]))
    assert [list(frame.columns) for frame in found] == [["text"]] * 4
    assert [len(frame) for frame in found] == [2, 1, 2, 1]


def test_no_records_make_a_file_with_columns_and_no_row(tmp_path):
    path = tmp_path / "none.parquet"
    assert batches.write([], path) == 0
    assert pq.read_schema(path).names == records.RECORD_SCHEMA.names and records.read(path).empty


def test_results_come_in_the_order_of_the_items():
    assert batches.each(partial(pow, 2), [3, 1, 2], what="powers") == [8, 2, 4]


@pytest.mark.slow
def test_two_ray_workers_share_the_items_and_the_order_stays(tmp_path, two_ray_workers):
    def meet(item):  # waits until a second process is at work too
        (tmp_path / str(os.getpid())).touch()
        began = time.monotonic()
        while len(list(tmp_path.iterdir())) < 2 and time.monotonic() - began < 120:
            time.sleep(0.2)
        return item, os.getpid()

    found = list(batches.each(meet, list(range(8)), execution="ray", what="meet"))
    assert [item for item, _ in found] == list(range(8))
    pids = {pid for _, pid in found}
    assert len(pids) >= 2 and os.getpid() not in pids


def test_ray_is_asked_for_with_a_remedy_where_it_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(StageError, match=r"Ray is not installed.*requirements-labs\.txt"):
        batches.each(abs, [1], execution="ray", what="nothing")


def test_ids_are_hashed_by_blake2b_so_that_every_machine_agrees():
    expected = [int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") for name in ("a", "ä")]
    assert batches.hashes(["a", "ä"]).tolist() == expected and batches.hashes([]).dtype == np.uint64


class _Ray:
    """What `connected` needs of Ray."""

    ups = downs = 0

    def is_initialized(self):
        return self.ups > self.downs

    def init(self, **_):
        self.ups += 1

    def shutdown(self):
        self.downs += 1


def test_a_cluster_is_left_by_whoever_joined_it_and_once(monkeypatch):
    ray = _Ray()
    monkeypatch.setitem(sys.modules, "ray", ray)
    batches.connected("test")
    batches.connected("test")
    batches.leave()
    batches.leave()
    assert (ray.ups, ray.downs) == (1, 1)
    ray.init()  # joined by somebody else
    batches.connected("test")
    batches.leave()
    assert (ray.ups, ray.downs) == (2, 1)
