import pytest
import yaml

from helpers.core import paths, tasks
from helpers.core.errors import ProfileError


def _mine(tmp_path, **changes):
    values = yaml.safe_load((paths.TASKS / "diagnosis.yaml").read_text()) | changes
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(values))
    return str(path)


@pytest.mark.parametrize("name", ["diagnosis", "patient_communication"])
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


def test_prompt_without_the_text_is_refused(tmp_path):
    with pytest.raises(ProfileError, match=r"must contain \{text\}"):
        tasks.load(_mine(tmp_path, prompt={"system": "Answer.", "user": "Which family?"}))


def test_task_without_sources_is_refused(tmp_path):
    with pytest.raises(ProfileError, match="sources"):
        tasks.load(_mine(tmp_path, sources=[]))


def test_an_answer_of_articles_is_either_terms_or_sections_and_for_journals_alone(tmp_path):
    source = {"card": "c", "kind": "journal", "path": "pubmed:beans"}
    terms, sections = {"terms": {"Fabaceae": "beans"}}, {"sections": ["Conclusions"]}
    loaded = tasks.load(_mine(tmp_path, sources=[source | {"answer": terms}, source | {"answer": sections}]))
    assert loaded.sources[0].answer.terms == {"Fabaceae": "beans"} and loaded.sources[1].answer.sections
    for answer in ({}, terms | sections):
        with pytest.raises(ProfileError, match="either terms or sections"):
            tasks.load(_mine(tmp_path, sources=[source | {"answer": answer}]))
    with pytest.raises(ProfileError, match="sources of kind journal"):
        tasks.load(_mine(tmp_path, sources=[source | {"answer": terms, "kind": "table"}]))
