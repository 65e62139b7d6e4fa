import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from helpers.core import records
from helpers.core.errors import RecordError, StageError
from helpers.lm import encoders, tagging
from helpers.train import encoder as training

LABELS = ("cerebellar ataxia", "cerebral palsy", "dystonia")
WORDS = {"cerebellar ataxia": "wide steps", "cerebral palsy": "stiff legs", "dystonia": "twisted neck"}


@pytest.fixture
def taught(few_records):
    """Records whose text tells the label."""
    text = [f"{WORDS[labels[0]]}, visit {i}" for i, labels in enumerate(few_records["labels"])]
    return few_records.assign(text=text)


@pytest.fixture
def fit(tiny_encoder_dir, tmp_path, taught, sick_records):
    """Train on toy records; steps, evaluations and the rest as given."""

    def run(name, *, kind="classification", steps=60, patience=None, weights=None, rate=2e-2, seed=1, **changes):
        frame = taught if kind == "classification" else sick_records
        model = encoders.fresh(str(tiny_encoder_dir), kind=kind, labels=LABELS, seed=seed)
        settings = {"batch_size": 4, "micro_batch_size": 4, "evaluations": 3, "precision": "fp32", "device": "cpu"}
        args = training.training_arguments(
            tmp_path / name / "checkpoints", steps=steps, learning_rate=rate, seed=seed, **(settings | changes)
        )
        rows = training.tokenise(frame, model)
        return training.fit(
            model, rows, rows, args=args, out=tmp_path / name / "tuned", patience=patience, weights=weights
        )

    return run


def test_it_learns_labels_that_the_text_tells(fit, taught):
    result = fit("labels")
    found = encoders.predict(encoders.load(result.folder), taught, name="tuned")
    assert found["label"].tolist() == [labels[0] for labels in taught["labels"]]
    assert result.facts["best_validation_score"] == 1.0 and result.steps == 60 and result.resumed_at_step == 0
    assert result.log["eval_score"].notna().sum() == 3 and result.tokens > 60 * 4 * 5


def test_it_learns_to_find_mentions(fit, sick_records):
    result = fit("mentions", kind="extraction", steps=150)
    found = encoders.predict(encoders.load(result.folder), sick_records, name="tuned")
    assert found["text"].tolist() == [references[0] for references in sick_records["references"]]
    assert result.facts["best_validation_score"] == 1.0 and set(found["label"]) == {""}


def test_the_encoder_moves_and_not_only_its_head(fit, tiny_encoder_dir):
    tuned = load_file(fit("moves", steps=3, evaluations=1).folder / "model.safetensors")
    before = load_file(tiny_encoder_dir / "model.safetensors")
    name = "encoder.layer.0.attention.self.query.weight"
    assert not tuned[f"encoder.{name}"].equal(before[name])
    assert tuned["head.weight"].shape == (3, 32)


def test_the_untouched_encoder_is_no_checkpoint_however_few_the_steps(fit):
    result = fit("few", steps=3, evaluations=3, rate=1e-5)  # all evaluations alike, so that the first is kept
    assert result.log["eval_score"].dropna().nunique() == 1
    assert result.log.loc[result.log["eval_score"].notna(), "step"].tolist() == [2, 3]


def test_same_seed_gives_the_same_encoder_and_another_seed_another(fit):
    one, same, other = fit("one", steps=8), fit("same", steps=8), fit("other", steps=8, seed=2)
    weights = [load_file(item.folder / "model.safetensors")["head.weight"] for item in (one, same, other)]
    assert weights[0].equal(weights[1]) and not weights[0].equal(weights[2])


def test_a_killed_training_goes_on_from_its_last_checkpoint_to_the_same_encoder(fit, monkeypatch):
    whole = fit("whole", steps=9)
    with monkeypatch.context() as patch:
        evaluate = training.Trainer.evaluate

        def killed(self, *arguments, **options):
            if self.state.global_step == 6:
                raise KeyboardInterrupt
            return evaluate(self, *arguments, **options)

        patch.setattr(training.Trainer, "evaluate", killed)
        with pytest.raises(KeyboardInterrupt):
            fit("killed", steps=9)
    result = fit("killed", steps=9)
    assert result.resumed_at_step == 3 and result.steps == 9
    ours, theirs = (load_file(item.folder / "model.safetensors") for item in (result, whole))
    assert all(np.allclose(ours[name], theirs[name], atol=1e-6) for name in theirs)


def test_patience_stops_when_nothing_gets_better(fit):
    result = fit("patient", steps=90, evaluations=30, patience=2, rate=1e-9)
    assert result.steps == 9  # best at the first evaluation, two more without improvement


def test_patience_goes_on_counting_after_a_kill(fit, monkeypatch):
    evaluate = training.Trainer.evaluate

    def killed(self, *arguments, **options):
        if self.state.global_step == 9:
            raise KeyboardInterrupt
        return evaluate(self, *arguments, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(training.Trainer, "evaluate", killed)
        fit("killed", steps=90, evaluations=30, patience=2, rate=1e-9)
    result = fit("killed", steps=90, evaluations=30, patience=2, rate=1e-9)
    assert result.resumed_at_step == 6 and result.steps == 9  # as without the kill


def test_a_loss_that_is_not_finite_stops_at_its_step_and_keeps_the_checkpoints_before(fit, monkeypatch, tmp_path):
    loss = training._loss

    def broken(weights):
        counted, steps = loss(weights), iter(range(100))

        def value(outputs, labels, num_items_in_batch=None):
            found = counted(outputs, labels, num_items_in_batch)
            return found * float("nan") if torch.is_grad_enabled() and next(steps) >= 20 else found

        return value

    monkeypatch.setattr(training, "_loss", broken)
    with pytest.raises(
        StageError, match=r"not finite in step 21 of 60; the checkpoint of step 20 is kept.*learning_rate"
    ):
        fit("broken")
    kept = [json.loads(path.read_text()) for path in (tmp_path / "broken/checkpoints").glob("*/trainer_state.json")]
    assert [state["global_step"] for state in kept] == [20]
    assert not (tmp_path / "broken" / "tuned").exists()


def test_failed_allocation_says_which_setting_to_lower(fit, monkeypatch):
    def fails(self, *arguments, **options):
        raise MemoryError

    monkeypatch.setattr(training.Trainer, "training_step", fails)
    with pytest.raises(StageError, match=r"lower train.micro_batch_size \(now 4\), or take a smaller select.encoder"):
        fit("large")


def test_class_weights_make_every_class_count_alike(tiny_encoder_dir, taught):
    model = encoders.fresh(str(tiny_encoder_dir), kind="classification", labels=(*LABELS, "never"))
    rows = training.tokenise(taught.iloc[[0, 1, 3, 6]], model)  # three ataxia, one palsy
    weights = training.class_weights(rows, 4)
    assert weights == pytest.approx([4 / (2 * 3), 4 / (2 * 1), 0.0, 0.0])


def test_weights_change_what_is_learnt(fit):
    even = load_file(fit("even", steps=3, evaluations=1).folder / "model.safetensors")["head.bias"]
    heavy = load_file(fit("heavy", steps=3, evaluations=1, weights=[9.0, 1.0, 1.0]).folder / "model.safetensors")[
        "head.bias"
    ]
    assert heavy[0] - heavy[1] > even[0] - even[1]


def test_a_step_of_micro_batches_is_the_step_of_the_whole_batch(fit):
    whole = fit("whole batch", steps=2, evaluations=1, rate=1e-3)
    parts = fit("parts", steps=2, evaluations=1, rate=1e-3, micro_batch_size=2)
    first = [result.log["loss"].dropna().iloc[0] for result in (whole, parts)]
    assert first[0] == pytest.approx(first[1], abs=0.15)  # dropout differs, the scale must not


def test_long_texts_are_cut_and_counted(tiny_encoder_dir, taught):
    model = encoders.fresh(str(tiny_encoder_dir), kind="classification", labels=LABELS)
    long = taught.assign(text=["word " * (200 if i < 5 else 3) for i in range(len(taught))])
    rows = training.tokenise(long, model)
    assert rows.truncated == 5 and rows.dropped_too_long == 0
    assert max(map(len, rows.dataset["input_ids"])) == 64
    table = training.describe(rows, steps=3, batch_size=4, limit=64)
    assert table.loc["cut at 64 tokens", "value"] == 5


def test_tags_stand_where_the_mentions_stand(tiny_encoder_dir, sick_records):
    model = encoders.fresh(str(tiny_encoder_dir), kind="extraction")
    rows = training.tokenise(sick_records.iloc[[2]], model)  # two mentions
    pieces = model.tokenizer.convert_ids_to_tokens(rows.dataset[0]["input_ids"])
    tagged = [
        (piece, tagging.TAGS[tag]) for piece, tag in zip(pieces, rows.dataset[0]["labels"], strict=True) if tag > 0
    ]
    assert [tag for _, tag in tagged] in (["B", "B", "I"], ["B", "I", "B"], ["B", "I", "B", "I"])
    assert rows.labelled_tokens == sum(tag != tagging.NOT_COUNTED for tag in rows.dataset[0]["labels"])


def test_watched_answers_that_the_head_does_not_know_are_left_out(tiny_encoder_dir, taught):
    model = encoders.fresh(str(tiny_encoder_dir), kind="classification", labels=LABELS[:2])
    known = taught["labels"].map(lambda own: own[0] in LABELS[:2])
    assert len(training.tokenise(taught, model, learnt=False).dataset) == known.sum() < len(taught)
    with pytest.raises(RecordError, match="None of the watched validation records"):
        training.tokenise(taught[~known], model, learnt=False)


def test_a_label_set_of_one_is_refused(tiny_encoder_dir, taught):
    model = encoders.fresh(str(tiny_encoder_dir), kind="classification", labels=LABELS[:1])
    with pytest.raises(RecordError, match=r"nothing to tell apart.*`cerebellar ataxia`.*at least two labels"):
        training.tokenise(taught.iloc[::3], model)


def test_records_without_any_mention_are_refused(tiny_encoder_dir, sick_records):
    model = encoders.fresh(str(tiny_encoder_dir), kind="extraction")
    with pytest.raises(RecordError, match="at least one mention"):
        training.tokenise(sick_records.iloc[::3], model)


def test_training_that_moves_nothing_is_an_error(fit):
    with pytest.raises(StageError, match="left the encoder as it was"):
        fit("still", steps=1, rate=0.0)


def test_a_record_with_two_labels_is_two_examples(tiny_encoder_dir, taught):
    model = encoders.fresh(str(tiny_encoder_dir), kind="classification", labels=LABELS)
    both = taught.iloc[:2].assign(labels=[list(LABELS[:2]), [LABELS[1]]])
    assert training.tokenise(both, model).dataset["labels"][:] == [0, 1, 1]
    assert records.label_set(both) == list(LABELS[:2])
