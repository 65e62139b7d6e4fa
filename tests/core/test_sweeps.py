import pytest
import yaml

from helpers.core import sweeps
from helpers.core.errors import ProfileError

GOOD = {
    "name": "mine",
    "profile": "smoke",
    "space": {"train.learning_rate": {"low": 1.0e-4, "high": 1.0e-2, "log": True}, "train.lora_r": [4, 8]},
    "trials": 3,
}


@pytest.fixture
def written(tmp_path):
    def write(**changes):
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(GOOD | changes))
        return str(path)

    return write


@pytest.mark.parametrize("name", sweeps.names())
def test_every_shipped_sweep_loads_and_is_called_as_its_file(name):
    assert sweeps.load(name).name == name


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"space": {}}, "the space is empty"),
        ({"space": {"train.lora_rank": [1]}}, r"did you mean train\.lora_r"),
        ({"space": {"train.lora_r": []}}, "at least 1 item"),
        ({"space": {"train.lora_r": [0, 4]}}, "greater than or equal to 1"),
        ({"space": {"train.lora_r": {"low": 8, "high": 8}}}, "low 8 is not below high 8"),
        ({"space": {"train.learning_rate": {"low": 0, "high": 0.1, "log": True}}}, "begins above 0"),
        ({"space": {"train.learning_rate": {"low": 1.0e-4, "high": 2.0}}}, "less than or equal to 1"),
        ({"space": {"collect.max_records": [100, 200]}}, r"cannot vary `collect\.max_records`"),
        ({"space": {"train.precision": ["fp32", "bf16"]}}, r"cannot vary `train\.precision`"),
        ({"space": {"train.score_validation": [10, 20]}}, r"cannot vary `train\.score_validation`"),
        ({"overrides": {"train.lora_r": 4}}, r"train\.lora_r is in overrides and in the space"),
        ({"overrides": {"train.lora": 4}}, "no such field"),
        ({"trials": None}, "method optuna needs trials"),
        ({"method": "grid", "trials": None}, r"a step for train\.learning_rate"),
        ({"tasks": ["cooking"]}, "no task `cooking`"),
        ({"tasks": []}, "at least 1 item"),
        ({"profile": "fast"}, "no profile `fast`"),
        ({"name": "a/b"}, "pattern"),
        ({"prunes": True}, "did you mean prune"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_what_is_wrong(written, change, says):
    with pytest.raises(ProfileError, match=says):
        sweeps.load(written(**change))


def test_unknown_sweep_is_refused_with_those_there_are():
    with pytest.raises(ProfileError, match=r"no sweep `nowhere`.*quick"):
        sweeps.load("nowhere")


def test_grid_holds_every_combination_and_each_is_tried_against_the_profile(written):
    space = {"train.epochs": {"low": 1.0, "high": 2.0, "step": 0.5}, "train.adapter_layers": [None, 4]}
    spec = sweeps.load(written(method="grid", trials=None, space=space))
    assert len(spec.grid()) == 6
    assert {"train.epochs": 1.5, "train.adapter_layers": None} in spec.grid()
    clash = {"train.batch_size": [4, 8], "train.micro_batch_size": [4, 8]}  # 8 does not divide 4, or is cut to it
    assert len(sweeps.load(written(method="grid", trials=None, space=clash)).grid()) == 4
    with pytest.raises(ProfileError, match="does not divide"):
        sweeps.load(written(method="grid", trials=None, space=clash | {"train.micro_batch_size": [3]}))


def test_settings_of_a_trial_are_overrides_then_values_and_score_validation(written):
    spec = sweeps.load(written(overrides={"train.epochs": 2}, validation_records=9))
    assert spec.settings({"train.lora_r": 8}) == {
        "train.epochs": 2,
        "train.score_validation": 9,
        "train.lora_r": 8,
    }


def test_drawn_numbers_are_written_as_people_write_them():
    assert sweeps.rounded(0.00073218) == 0.000732
    assert [sweeps.rounded(value) for value in (3, None, "all")] == [3, None, "all"]
