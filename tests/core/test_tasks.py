import pytest
import yaml

from helpers.core import paths, tasks
from helpers.core.errors import ProfileError
from helpers.deploy import bundle


def _mine(tmp_path, **changes):
    values = yaml.safe_load((paths.TASKS / "diagnosis.yaml").read_text()) | changes
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(values))
    return str(path)


@pytest.mark.parametrize("name", ["diagnosis", "drug_discovery", "patient_communication"])
def test_every_task_loads_and_says_what_its_figures_do_not_show(name):
    task = tasks.load(name)
    assert task.name == name
    assert len(task.caution) > 40
    assert task.prompt.user.count("{text}") == 1
    assert name in tasks.names()


def test_tasks_of_a_user_load_by_path(tmp_path):
    assert tasks.load(_mine(tmp_path, name="mine")).name == "mine"


def test_metric_must_fit_the_kind(tmp_path):
    with pytest.raises(ProfileError, match="primary_metric rouge_l does not fit kind classification"):
        tasks.load(_mine(tmp_path, primary_metric="rouge_l"))
    with pytest.raises(ProfileError, match="primary_metric accuracy does not fit kind generation"):
        tasks.load(_mine(tmp_path, kind="generation"))


def test_notation_is_repaired_only_and_never_said_of_patients(tmp_path):
    assert tasks.load("diagnosis").steps == bundle.STEPS == ("repair", "sections", "normalise")
    assert tasks.load("drug_discovery").steps == ("repair",)
    with pytest.raises(ProfileError, match="form notation does not fit sources of kind clinical_note and ehr"):
        tasks.load(_mine(tmp_path, form="notation"))
    with pytest.raises(ProfileError, match="form"):
        tasks.load(_mine(tmp_path, form="poetry"))


def test_prompt_without_the_text_is_refused(tmp_path):
    with pytest.raises(ProfileError, match=r"must contain \{text\}"):
        tasks.load(_mine(tmp_path, prompt={"system": "Answer.", "user": "Which family?"}))


def test_task_without_sources_is_refused(tmp_path):
    with pytest.raises(ProfileError, match="sources"):
        tasks.load(_mine(tmp_path, sources=[]))
