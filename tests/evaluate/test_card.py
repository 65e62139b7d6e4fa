import dataclasses

import pytest
import yaml

from helpers.core.errors import StageError
from helpers.evaluate import card

FULL = card.Card(
    name="clintune-example",
    summary="Names a family from findings.",
    licence="apache-2.0",
    base_model="example/base-model",
    pipeline_tag="text-generation",
    tags=("medical", "lora"),
    language=("en",),
    intended_use="Teaching.",
    out_of_scope=("Diagnosis of a person.",),
    datasets=(
        card.Dataset(
            name="simulated_notes",
            description="Simulated | notes",
            licence="CC0-1.0",
            legal_basis="simulated",
            simulated=True,
            n_train=650,
        ),
    ),
    training=("LoRA, rank 16.",),
    deidentification=("0 of 917 patients, upper bound 0.33 %.",),
    test_set="192 held-out diseases",
    results=(
        card.Result(
            metric="accuracy", name="Accuracy", model="clintune-example", value=0.75, low=0.69, high=0.81, n=192
        ),
        card.Result(metric="accuracy", name="Accuracy", model="base", value=0.07, n=192),
    ),
    verdict="Better.",
    advice="Inferior.",
    caution="Persons are simulated.",
    limitations=("One seed.",),
    bias="Not assessable: demographics are simulated.",
    cost=(("Training", "310 s"),),
    how_to_use="```python\nprint('load')\n```",
    provenance=(("Adapter", "sha256 ab"),),
    questions=("Who answers for the model in use?",),
)


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_front_matter_is_what_a_hub_reads():
    found = front_matter(card.render(FULL))
    assert found["license"] == "apache-2.0"
    assert found["base_model"] == "example/base-model"
    assert found["pipeline_tag"] == "text-generation"
    assert found["tags"] == ["medical", "lora"]
    assert found["metrics"] == ["accuracy"]
    entry = found["model-index"][0]
    assert entry["name"] == "clintune-example"
    assert entry["results"][0]["metrics"] == [{"type": "accuracy", "name": "Accuracy", "value": 0.75}]


def test_every_section_stands_with_its_content():
    text = card.render(FULL)
    for heading in (
        "Intended use",
        "Out of scope",
        "Training data",
        "De-identification",
        "Evaluation",
        "Limitations",
        "Bias and fairness",
        "Cost and environment",
        "How to use",
        "Provenance",
    ):
        assert f"\n## {heading}\n" in text
    assert "| clintune-example | Accuracy | 0.750 | 0.690 to 0.810 | 192 |" in text
    assert "| base | Accuracy | 0.070 | not given | 192 |" in text
    assert "Persons and prose are simulated in: simulated_notes." in text
    assert "not intended for clinical use" in text
    assert "```python\nprint('load')\n```" in text


def test_what_is_not_known_is_asked_and_never_made_up():
    empty = {
        field.name: "" if isinstance(getattr(FULL, field.name), str) else ()
        for field in dataclasses.fields(FULL)
        if field.name not in ("name", "licence", "base_model", "pipeline_tag", "results", "caution")
    }
    text = card.render(dataclasses.replace(FULL, **empty))
    questions = text.split(f"## {card.OPEN}")[1]
    assert questions.count("- [ ]") == text.split(f"## {card.OPEN}")[0].count(card.OPEN)
    assert questions.count("- [ ]") == 14
    assert "more information needed" not in text.lower()
    assert "simulated in" not in text


def test_a_full_card_asks_only_what_it_was_told_to_ask():
    text = card.render(FULL)
    assert text.count("- [ ]") == 1
    assert "- [ ] Who answers for the model in use?" in text
    assert card.OPEN not in card.render(dataclasses.replace(FULL, questions=()))


def test_markup_and_line_breaks_cannot_break_the_card():
    text = card.render(
        dataclasses.replace(FULL, bias="<script>x</script>\n# Fake heading", limitations=("a\n- b",), tags=("a: b",))
    )
    assert "<script>" not in text
    assert "\n# Fake" not in text
    assert "- a - b" in text
    assert "Simulated \\| notes" in text
    assert front_matter(text)["tags"] == ["a: b"]


@pytest.mark.parametrize("change", [{"licence": ""}, {"base_model": ""}, {"results": FULL.results[1:]}])
def test_a_card_without_its_essentials_is_refused_and_leaves_no_file(change, tmp_path):
    with pytest.raises(StageError, match="model card"):
        card.write(tmp_path / "README.md", card=dataclasses.replace(FULL, **change))
    assert list(tmp_path.iterdir()) == []


def test_the_card_is_written_whole(tmp_path):
    path = card.write(tmp_path / "README.md", card=FULL)
    assert path.read_text(encoding="utf-8") == card.render(FULL)
    assert list(tmp_path.iterdir()) == [path]


def test_a_figure_that_was_not_measured_stays_out_of_the_front_matter():
    missing = card.Result(metric="brier", name="Brier score", model="clintune-example", value=float("nan"), n=192)
    text = card.render(dataclasses.replace(FULL, results=(*FULL.results, missing)))
    metrics = front_matter(text)["model-index"][0]["results"][0]["metrics"]
    assert [metric["type"] for metric in metrics] == front_matter(text)["metrics"] == ["accuracy"]
    assert "| clintune-example | Brier score | not measured | not given | 192 |" in text
