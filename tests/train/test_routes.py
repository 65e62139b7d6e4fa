import pytest

from helpers.core import tasks
from helpers.core.errors import StageError
from helpers.core.train_settings import Train
from helpers.lm import tuned
from helpers.train import parts, routes

TASK = tasks.Task(
    name="toy", title="Toy", kind="classification", caution="none", primary_metric="accuracy",
    sources=[{"card": "made_up", "kind": "clinical_note", "path": "embedded:toy"}],
    prompt={"system": "Name the family.", "user": "{text}\n\nFamily?"},
)  # fmt: skip
ANSWERED = {"kind": TASK.kind, "prompt": TASK.prompt}


def _settings(route, **changes):
    values = {"epochs": 1, "token_budget": 10_000, "learning_rate": 1e-3, "batch_size": 4, "micro_batch_size": 4}
    return Train(route=route, **(values | {"evaluations": 1} | changes))


@pytest.fixture
def selection(tiny_model_dir, tiny_encoder_dir):
    return {"llm": str(tiny_model_dir), "revision": None, "encoder": str(tiny_encoder_dir)}


@pytest.mark.parametrize(("route", "kept"), [("causal", "adapter_model.safetensors"), ("encoder", "model.safetensors")])
def test_what_a_route_trains_is_what_its_loader_reads(route, kept, selection, few_records, tmp_path):
    train, watched = few_records.iloc[:8], few_records.iloc[8:]
    prepared = routes.prepare(
        train, watched, settings=_settings(route), task=TASK, selection=selection, device="cpu", seed=1
    )
    assert prepared.steps == 2 and prepared.table.loc["examples", "value"] == 8
    assert len(routes.before(prepared, watched, max_new_tokens=3)) == len(watched)
    fit = routes.fit(prepared, checkpoints=tmp_path / "checkpoints", out=tmp_path / tuned.FOLDER, seed=1)
    assert fit.steps == 2 and (tmp_path / "tuned" / kept).is_file()
    labels = sorted({label for row in train["labels"] for label in row})
    asked = {"name": "tuned", "labels": labels, "max_new_tokens": 3, **ANSWERED}
    answers = tuned.beside_base(
        route, tmp_path / "tuned", watched, train=train, validation=watched, encoder=selection["encoder"],
        llm=selection["llm"], base_prompt="zero-shot", examples=(), **asked
    )  # fmt: skip
    base, after = answers
    assert after == "tuned" and base == {"causal": "base zero-shot", "encoder": "base frozen encoder"}[route]
    shown = [("A made-up letter", labels[0])]
    more = tuned.beside_base(
        route, tmp_path / "tuned", watched, train=train, validation=watched, encoder=selection["encoder"],
        llm=selection["llm"], base_prompt="zero-shot", examples=shown, every_prompt=True, **asked
    )  # fmt: skip
    assert list(more) == {"causal": [base, "tuned", "base few-shot"], "encoder": [base, "tuned"]}[route]
    assert more[base]["probabilities"].tolist() == answers[base]["probabilities"].tolist()
    again = tuned.predict(route, tmp_path / "tuned", watched, llm=selection["llm"], **asked)
    assert again["probabilities"].tolist() == answers["tuned"]["probabilities"].tolist()
    assert answers["tuned"]["probabilities"].tolist() != answers[base]["probabilities"].tolist()


def test_a_point_of_a_learning_curve_takes_the_profiles_route(selection, few_records, tmp_path):
    train, asked = few_records.iloc[:8], few_records.iloc[8:]
    found = parts.answer(
        train, asked, asked, name="part", folder=tmp_path, settings=_settings("encoder"), task=TASK,
        selection=selection, labels=[], seed=1, device="cpu", max_new_tokens=3,
    )  # fmt: skip
    assert set(found["label"]) <= {label for row in train["labels"] for label in row}


def test_hosted_says_that_nothing_may_leave_outside_a_run(selection, few_records):
    with pytest.raises(StageError, match="none may leave"):
        routes.prepare(
            few_records, few_records, settings=_settings("hosted"), task=TASK, selection=selection, device="cpu", seed=1
        )
