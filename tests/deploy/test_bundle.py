import json

import pytest

from helpers.core.errors import StageError
from helpers.deploy import bundle as bundles


def test_bundle_comes_back_as_it_was_written(bundle):
    assert bundles.load(bundle.folder) == bundle
    assert bundle.caution == "A tiny model that knows six families."
    assert {path.name for path in bundle.folder.iterdir()} == {"model.gguf", "tokenizer.json", "serving.json"}


def test_a_changed_file_is_noticed(make_bundle, tmp_path):
    bundle = make_bundle(tmp_path)
    with bundle.tokenizer.open("a") as file:
        file.write(" ")
    with pytest.raises(StageError, match=r"tokenizer\.json has changed"):
        bundles.load(tmp_path)


def test_unfinished_and_foreign_bundles_are_refused(make_bundle, tmp_path):
    with pytest.raises(StageError, match="no served model"):
        bundles.load(tmp_path)
    bundle = make_bundle(tmp_path)
    values = json.loads((tmp_path / "serving.json").read_text())
    (tmp_path / "serving.json").write_text(json.dumps(values | {"schema_version": 99}))
    with pytest.raises(StageError, match="another version"):
        bundles.load(tmp_path)
    (tmp_path / "serving.json").write_text("{")
    with pytest.raises(StageError, match="not JSON"):
        bundles.load(bundle.folder)


def test_fields_that_do_not_fit_are_all_named_and_nothing_is_finished(make_bundle, tmp_path):
    with pytest.raises(StageError, match=r"0 labels.*unknown steps.*9000 new tokens"):
        make_bundle(tmp_path, labels=(), steps=("polish",), max_new_tokens=9000)
    assert not (tmp_path / "serving.json").exists()


def test_standing_is_changed_in_place(make_bundle, tmp_path):
    changed = bundles.set_standing(make_bundle(tmp_path), "demonstration")
    assert changed.standing == "demonstration" and bundles.load(tmp_path) == changed
