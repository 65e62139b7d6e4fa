import pytest

from helpers.core import records
from helpers.evaluate import compare
from helpers.lm import baselines, encoders, frozen


def test_of_texts_it_is_the_encoder_baseline_with_the_same_encoder(tiny_encoder_dir, few_records):
    train, asked = few_records.iloc[:9], few_records.iloc[9:]
    options = {"kind": "classification", "encoder": str(tiny_encoder_dir), "device": "cpu"}
    found = frozen.predict(train, asked, asked, labels=records.label_set(train), batch_size=4, **options)
    cost = baselines.choose_cost("encoder + logistic regression", train, asked, encoder=str(tiny_encoder_dir))
    wanted = baselines.predict("encoder + logistic regression", train, asked, cost=cost, **options)
    assert set(found["model"]) == {frozen.NAME}
    assert found["probabilities"].tolist() == wanted["probabilities"].tolist()


def test_of_words_it_learns_tags_and_leaves_the_encoder_as_it_is(tiny_encoder_dir, sick_records, monkeypatch):
    kept, fresh = [], encoders.fresh
    monkeypatch.setattr(frozen.encoders, "fresh", lambda *a, **k: kept.append(fresh(*a, **k)) or kept[-1])
    train, asked = sick_records.iloc[:36], sick_records.iloc[36:]
    found = frozen.predict(
        train, asked, asked, encoder=str(tiny_encoder_dir), kind="extraction", labels=(), device="cpu", batch_size=8
    )
    before, after = fresh(str(tiny_encoder_dir), kind="extraction"), kept[0]
    moved = {
        name
        for (name, old), new in zip(before.model.named_parameters(), after.model.parameters(), strict=True)
        if not old.equal(new)
    }
    assert moved == {"classifier.weight", "classifier.bias"}
    table = compare.table({"base": found}, asked, kind="extraction", bootstrap=100, seed=1)
    assert table["entity_f1"].iloc[0] == pytest.approx(1.0)  # three names, always written alike


def test_of_one_word_mentions_alone_no_word_continues_one(tiny_encoder_dir, sick_records):
    names = ["ataxia" if number % 2 else "none" for number in range(len(sick_records))]
    single = sick_records.assign(
        text=[f"Told of {name}, as before." for name in names], references=[[n] for n in names]
    )
    options = {"encoder": str(tiny_encoder_dir), "kind": "extraction", "labels": (), "device": "cpu", "batch_size": 8}
    found = frozen.predict(single, single, single, **options)
    table = compare.table({"base": found}, single, kind="extraction", bootstrap=100, seed=1)
    assert table["entity_f1"].iloc[0] == pytest.approx(1.0)
