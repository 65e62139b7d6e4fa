import pytest

from helpers.core import manifests, plans, profiles, tasks
from helpers.core.errors import ProfileError


def test_seed_and_task_make_every_stage_stale():
    profile, task = profiles.load("smoke"), tasks.load("diagnosis")
    other = tasks.load("patient_communication")
    for stage in manifests.STAGES:
        digests = {
            plans.settings_digest(stage, profile, task, 1),
            plans.settings_digest(stage, profile, task, 2),
            plans.settings_digest(stage, profile, other, 1),
        }
        assert len(digests) == 3


@pytest.mark.parametrize("run_id", ["../elsewhere", "/tmp/elsewhere", ".hidden", "a b"])
def test_a_run_id_that_is_no_plain_name_is_refused(run_id):
    with pytest.raises(ProfileError, match="plain name"):
        plans.folder_of(run_id)


def test_a_setting_that_changes_no_result_makes_no_stage_stale():
    task = tasks.load("diagnosis")
    digests = {
        plans.settings_digest("02_preprocess", profiles.load("smoke", overrides), task, 1)
        for overrides in ({}, {"preprocess.deid_workers": 1}, {"preprocess.deid_workers": 3})
    }
    assert len(digests) == 1
    other = profiles.load("smoke", {"preprocess.min_chars": 4})
    assert plans.settings_digest("02_preprocess", other, task, 1) not in digests
