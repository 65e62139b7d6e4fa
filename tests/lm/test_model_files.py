import pytest

from helpers.core.errors import StageError
from helpers.lm import model_files


def test_embedded_models_are_known_and_strangers_are_not():
    assert model_files.is_present("smollm2") and model_files.is_present("minilm")
    assert not model_files.is_present("some/hub-model")


def test_local_folder_counts_as_present_and_is_its_own_place(tiny_model_dir):
    assert model_files.is_present(str(tiny_model_dir)) and model_files.locate(str(tiny_model_dir)) == str(
        tiny_model_dir
    )


def test_embedded_model_that_is_not_installed_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(
        model_files.EMBEDDED, "absent", model_files.Embedded("no_such_package_here", "model", "apache-2.0", "Absent")
    )
    assert not model_files.is_present("absent")
    with pytest.raises(StageError, match=r"requirements-models\.txt"):
        model_files.locate("absent")


def test_gguf_file_behind_an_embedded_model_is_found_for_export():
    assert model_files.base_gguf("smollm2").read_bytes()[:4] == b"GGUF"
    assert model_files.base_gguf("minilm") is None and model_files.base_gguf("some/hub-model") is None


def test_facts_of_a_model_name_its_licence_and_size(tiny_model_dir):
    assert model_files.describe("minilm")["licence"] == "apache-2.0"
    assert 0.05 < float(model_files.describe("minilm")["weights_gib"]) < 0.15
    assert model_files.describe("some/hub-model")["weights_gib"] == "on the hub"
