import pytest

from helpers.core import profiles
from helpers.core.errors import ProfileError


def test_micro_batches_that_do_not_fill_a_batch_are_refused():
    with pytest.raises(ProfileError, match="micro_batch_size 3 does not divide batch_size 8"):
        profiles.load("quick", {"train.batch_size": 8, "train.micro_batch_size": 3})


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"train.class_weights": True}, "class_weights: only of route encoder, not causal"),
        ({"train.route": "encoder", "train.learning_rate": 1e-4, "train.remember_lower": True}, "only of route causal"),
        ({"train.route": "encoder", "train.learning_rate": 1e-4, "train.balance": "class"}, "only of route causal"),
    ],
)
def test_a_setting_of_another_route_is_refused(overrides, says):
    with pytest.raises(ProfileError, match=says):
        profiles.load("quick", overrides)
