from hashlib import sha256

import pytest

from helpers.core import records as schema
from helpers.core.errors import LeakageError
from helpers.preprocess import splits


@pytest.fixture
def records():
    return schema.to_frame(
        {
            "record_id": f"r{i}",
            "patient_key": f"p{i // 2}",
            "group": f"OMIM:{i // 4}",
            "kind": "table",
            "text": f"text number {i}",
        }
        for i in range(400)
    )


def test_split_keeps_every_group_on_one_side_whatever_the_row_order(records):
    first = splits.assign(records, test_fold=0)
    shuffled = records.sample(frac=1.0, random_state=7)
    again = splits.assign(shuffled, test_fold=0)
    assert first.groupby(records["group"]).nunique().max() == 1
    assert dict(zip(records["record_id"], first, strict=True)) == dict(zip(shuffled["record_id"], again, strict=True))


def test_split_follows_the_published_hash(records):
    sides = splits.assign(records, test_fold=3)
    for group, side in zip(records["group"], sides, strict=True):
        h = int(sha256(group.encode()).hexdigest(), 16)
        assert side == ("test" if h % 5 == 3 else "validation" if h // 5 % 8 == 0 else "train")


def test_five_test_folds_cover_every_record_once(records):
    tests = [splits.assign(records, test_fold=fold) == "test" for fold in range(5)]
    assert (sum(test.astype(int) for test in tests) == 1).all()


def test_check_accepts_what_assign_made_and_counts_it(records):
    side = splits.assign(records, test_fold=0)
    table = splits.check(*(records[side == name] for name in ("train", "validation", "test")))
    assert table["records"].sum() == 400
    assert table["groups"].sum() == records["group"].nunique()


@pytest.mark.parametrize("key", ["group", "patient_key", "record_id", "text"])
def test_check_refuses_shared_material_and_gives_counts_only(records, key):
    side = splits.assign(records, test_fold=0)
    train, test = records[side == "train"].copy(), records[side == "test"].copy()
    test.iloc[0, test.columns.get_loc(key)] = train[key].iloc[0]
    with pytest.raises(LeakageError) as caught:
        splits.check(train, records[side == "validation"], test)
    assert f"train/test {key}': 1" in str(caught.value)
    assert str(train["text"].iloc[0]) not in str(caught.value)


def test_an_unknown_fold_is_refused(records):
    with pytest.raises(ValueError, match="test_fold"):
        splits.assign(records, test_fold=5)
