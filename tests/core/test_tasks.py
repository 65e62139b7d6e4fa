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


@pytest.mark.parametrize("name", tasks.names())
def test_every_task_loads_and_says_what_its_figures_do_not_show(name):
    task = tasks.load(name)
    assert task.name == name
    assert len(task.caution) > 40
    assert task.prompt.user.count("{text}") == 1


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
    assert tasks.load("mts_dialog").steps == ("repair", "normalise")
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


def test_labels_belong_to_classification(tmp_path):
    assert tasks.load(_mine(tmp_path, labels=["yes", "no"])).labels == ["yes", "no"]
    with pytest.raises(ProfileError, match="labels do not fit kind generation"):
        tasks.load(_mine(tmp_path, labels=["yes"], kind="generation", primary_metric="rouge_l"))


def test_a_task_by_path_knows_its_folder_and_keeps_it_where_it_is_written_down(tmp_path):
    mine, kits = tasks.load(_mine(tmp_path)), tasks.load("diagnosis")
    assert mine.folder == str(tmp_path) and kits.folder == ""
    (tmp_path / "run").mkdir()
    for task in (mine, kits):
        written = tmp_path / "run" / "task.yaml"
        written.write_text(yaml.safe_dump(task.model_dump(mode="json")))
        assert tasks.load(str(written)) == task


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


def test_extraction_needs_mentions_in_every_source_and_leaves_the_text_as_it_is(tmp_path):
    mine = {"kind": "extraction", "primary_metric": "entity_f1", "labels": [], "subgroups": []}
    found = {
        "card": "mine",
        "kind": "clinical_note",
        "path": "in.csv",
        "columns": {"text": "note", "mentions": "signs"},
    }
    task = tasks.load(_mine(tmp_path, **mine, sources=[found]))
    assert task.steps == ("repair",)
    with pytest.raises(ProfileError, match=r"`columns.mentions` and kind extraction belong together"):
        tasks.load(_mine(tmp_path, **mine))
    with pytest.raises(ProfileError, match="this task is of kind classification"):
        tasks.load(_mine(tmp_path, sources=[found]))
    with pytest.raises(ProfileError, match="primary_metric accuracy does not fit kind extraction"):
        tasks.load(_mine(tmp_path, **mine | {"primary_metric": "accuracy"}, sources=[found]))
    with pytest.raises(ProfileError, match="labels do not fit kind extraction"):
        tasks.load(_mine(tmp_path, **mine | {"labels": ["a"]}, sources=[found]))
