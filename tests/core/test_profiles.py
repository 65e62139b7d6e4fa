import pytest
import yaml

from helpers.core import paths, profiles
from helpers.core.errors import ProfileError
from helpers.core.settings import Strict


@pytest.mark.parametrize("name", ["smoke", "quick", "encoder", "gpu"])
def test_every_profile_loads_and_carries_its_own_name(name):
    profile = profiles.load(name)
    assert profile.name == name
    assert (profile.device == "cuda") == (name == "gpu") == (profile.min_gpu_gib > 0)


def test_all_files_in_the_folder_are_covered():
    assert {"smoke", "quick", "encoder", "gpu"} <= set(profiles.names())
    for name in profiles.names():
        assert profiles.load(name).name == name


def test_three_errors_are_all_named_at_once(tmp_path):
    values = yaml.safe_load((paths.PROFILES / "quick.yaml").read_text())
    values["train"] |= {"learning_rate": -1.0, "lora_rank": 8}
    del values["preprocess"]["max_class_leak_frac"]
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(values))
    with pytest.raises(ProfileError, match="3 wrong") as error:
        profiles.load(str(path))
    message = str(error.value)
    assert "train.learning_rate: input should be greater than 0, not -1.0" in message
    assert "train.lora_rank: no such field" in message
    assert "preprocess.max_class_leak_frac: field required" in message


def test_mistyped_field_gets_a_suggestion_and_a_stranger_gets_none():
    with pytest.raises(ProfileError, match=r"did you mean train\.learning_rate"):
        profiles.load("quick", {"train.lerning_rate": 1e-3})
    with pytest.raises(ProfileError, match="zzzzzz: no such field") as error:
        profiles.load("quick", {"zzzzzz": 1})
    assert "did you mean" not in str(error.value)


def test_number_that_yaml_reads_as_text_is_accepted_or_explained():
    assert yaml.safe_load("5e-4") == "5e-4"
    assert profiles.load("quick", {"train.learning_rate": "5e-4"}).train.learning_rate == 5e-4
    with pytest.raises(ProfileError, match=r"write 5\.0e-4"):
        profiles.load("quick", {"train.token_budget": "5e+5 tokens"})


def test_overrides_reach_fields_the_file_leaves_at_their_default():
    profile = profiles.load("quick", {"select.few_shot": 7, "train.epochs": 2})
    assert profile.select.few_shot == 7 and profile.train.epochs == 2
    assert profiles.load("quick").select.few_shot != 7


def test_override_below_a_plain_value_is_refused():
    with pytest.raises(ProfileError, match=r"`train\.epochs\.most` goes below a plain value"):
        profiles.load("quick", {"train.epochs.most": 2})


def test_unknown_profile_lists_those_there_are():
    with pytest.raises(ProfileError, match="no profile `fast`") as error:
        profiles.load("fast")
    assert "quick" in str(error.value) and "smoke" in str(error.value)


@pytest.mark.parametrize(("content", "says"), [("name: [quick", "not YAML"), ("- quick\n", "not a mapping")])
def test_file_that_is_no_profile_is_refused(tmp_path, content, says):
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    with pytest.raises(ProfileError, match=says):
        profiles.load(str(path))


def test_profile_cannot_be_changed_after_loading():
    with pytest.raises(ValueError, match="frozen"):
        profiles.load("quick").train.epochs = 3


def test_every_field_says_what_it_is():
    def fields(model, prefix=""):
        for name, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, Strict):
                yield from fields(inner, f"{prefix}{name}.")
            else:
                yield prefix + name, field.description

    undocumented = [name for name, text in fields(profiles.Profile) if not text]
    assert undocumented == []
