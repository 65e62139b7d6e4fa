"""The unmodified SDK, held to strict validation, against a provider that really answers."""

import stat

import leaving
import numpy as np
import pytest
from leaving import LABELS, PROMPT

from helpers.core import ledger, records
from helpers.core.errors import ProfileError, StageError
from helpers.core.settings import Egress
from helpers.lm import egress, hosted, models, predictors, prompts, provider
from helpers.lm.hosted_answers import written


def predict(out, *, side="train", **options):
    permit = egress.permit(out, out.api.base_url, purpose="inference")
    frame = records.read(out.files[side])
    return hosted.predict(out.api, permit, frame, prompt=PROMPT, name="gpt", **{"labels": LABELS} | options)


def patient(out, **changes):
    return leaving.outbound(out.run_dir, api=out.api.model_copy(update=changes), terms=out.terms)


def test_answers_are_those_of_the_model_behind_and_keep_the_schema(out, tiny_model_dir, tmp_path):
    found = predict(out)
    frame = records.read(out.files["train"])
    model, tokenizer = models.load_causal(str(tiny_model_dir))
    rendered = [prompts.render(tokenizer, PROMPT, text) for text in frame["text"]]
    answers = predictors.ask(model, tokenizer, rendered, labels=[written(label, labels=LABELS) for label in LABELS])
    assert list(found.answers["record_id"]) == list(frame["record_id"])
    assert found.answers["label"].isin(LABELS).all() and not found.answers["abstained"].any()
    for row, mass in zip(found.answers.itertuples(), predictors.softmax(answers.log_probs), strict=True):
        stated, exact = [row.probabilities[label] for label in LABELS], mass.tolist()
        if row.label == "dystonia":  # the two others begin with the same token, and share what it was given
            stated, exact = [stated[0] + stated[1], stated[2]], [exact[0] + exact[1], exact[2]]
        assert stated == pytest.approx(exact, abs=1e-4)
    records.write(found.answers, tmp_path / "kept.parquet", records.PREDICTION_SCHEMA)


def test_few_shot_prompts_are_longer_and_cost_what_the_prices_say(out):
    examples = [(text, "dystonia") for text in records.read(out.files["train"])["text"][:2]]
    zero, few = predict(out, side="validation"), predict(out, side="validation", examples=examples)
    assert few.prompt_tokens > zero.prompt_tokens
    usd = (zero.prompt_tokens * 1 + zero.answer_tokens * 2) / 1e6 / 3 * 1000
    assert zero.usd_per_1000(out.api) == pytest.approx(usd)


def test_free_text_comes_without_label_and_probabilities(out):
    found = predict(out, labels=(), max_new_tokens=4)
    assert (found.answers["label"] == "").all() and not any(found.answers["probabilities"])


def test_the_same_question_is_asked_once_and_answers_are_for_their_owner_only(out, stand_in):
    cache = provider.cache_of(out.run_dir)
    first, again = predict(out, cache=cache), predict(out, cache=cache)
    assert stand_in.asked["/chat/completions"] == 6 and again.from_cache == 6
    assert first.answers.equals(again.answers) and first.prompt_tokens == again.prompt_tokens
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    predict(out, cache=cache, seed=2)
    assert stand_in.asked["/chat/completions"] == 12


def test_records_that_say_the_same_are_asked_once(out, stand_in):
    frame = records.read(out.files["train"])
    frame["text"] = frame["text"][0]
    permit = egress.permit(out, out.api.base_url, purpose="inference")
    found = hosted.predict(out.api, permit, frame, prompt=PROMPT, name="gpt", labels=LABELS)
    assert len(found.answers) == 6 and stand_in.asked["/chat/completions"] == 1


@pytest.mark.parametrize("fault", ["429", "500", "503", "slow"])
def test_it_asks_again_when_the_provider_stumbles(out, stand_in, fault):
    stand_in.faults = lambda path, before: fault if before < 2 else ""
    found = predict(patient(out, max_retries=5, timeout_s=2.5 if fault == "slow" else 20.0))
    assert not found.answers["abstained"].any() and stand_in.asked["/chat/completions"] == 8


@pytest.mark.parametrize(
    ("fault", "said"), [("429", "status 429, stumbled"), ("500", "500"), ("slow", "APITimeoutError")]
)
def test_it_says_so_when_the_provider_never_recovers(out, stand_in, fault, said):
    stand_in.faults = lambda path, before: fault if before >= 2 else ""
    cache = provider.cache_of(out.run_dir)
    options = {"max_retries": 1, "concurrency": 1, "timeout_s": 0.5 if fault == "slow" else 20.0}
    with pytest.raises(StageError, match=f"gave no answer.*{said}") as caught:
        predict(patient(out, **options), cache=cache)
    assert "unsteady" not in str(caught.value) and caught.value.__suppress_context__
    stand_in.faults = lambda path, before: ""
    kept = len(list(cache.iterdir()))
    assert kept == 2 or fault == "slow"  # a busy machine may be too slow for half a second
    assert predict(out, cache=cache).from_cache == kept  # what was answered is not asked again


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ("401", ProfileError, "refused the key"),
        ("403", ProfileError, "refused the key"),
        ("404", ProfileError, "know gpt"),
    ],
)
def test_what_no_patience_helps_against_stops_at_once(out, stand_in, fault, error, said):
    stand_in.faults = lambda path, before: fault
    with pytest.raises(error, match=said) as caught:
        predict(patient(out, max_retries=5, concurrency=1))
    assert stand_in.asked["/chat/completions"] <= 2  # the next may be on its way by then
    assert "unsteady" not in str(caught.value)


def test_a_wrong_key_is_refused(out, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with pytest.raises(ProfileError, match="refused the key") as caught:
        predict(out)
    assert "sk-wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("not JSON", "not a completion"),
        ("half JSON", "not a completion"),
        ("not a completion", "not a completion"),
        ("empty", "empty"),
        ("prose", "not JSON"),
        ("refusal", "refused"),
        ("other label", "no such label"),
        ("400", "status 400"),
    ],
)
def test_an_answer_that_cannot_be_read_is_abstained_and_counted(out, stand_in, fault, reason):
    stand_in.faults = lambda path, before: fault if before == 1 else ""
    found = predict(patient(out, concurrency=1))
    assert found.without_answer == {reason: 1}
    assert found.answers["abstained"].tolist() == [False, True, False, False, False, False]
    assert found.answers["label"][1] == "" and found.answers["probabilities"][1] == {}


def test_no_readable_answer_at_all_is_an_error(out, stand_in):
    stand_in.faults = lambda path, before: "prose"
    with pytest.raises(StageError, match=r"None of 6 answers of gpt could be read.*not JSON: 6"):
        predict(out)


def test_a_provider_without_log_probabilities_states_none(out):
    assert not any(predict(patient(out, top_logprobs=0)).answers["probabilities"])


def test_candidate_is_asked_both_ways_and_says_where_the_data_goes(out, stand_in):
    examples = [(text, "dystonia") for text in records.read(out.files["train"])["text"][:2]]
    asked = records.read(out.files["validation"])
    found = hosted.candidate(out, asked, prompt=PROMPT, labels=LABELS, examples=examples, max_new_tokens=8)
    assert list(found.answers) == [f"{stand_in.name} zero-shot", f"{stand_in.name} few-shot"] and not found.not_run
    facts = found.facts[f"{stand_in.name} few-shot"]
    assert facts["data_goes"] == "127.0.0.1, EU, kept 0 days" and float(facts["usd_per_1000"]) > 0
    assert ledger.count(out.run_dir, "gate:egress") == 1


def test_candidate_without_key_or_leave_is_named_and_not_run(out, stand_in, monkeypatch):
    asked = records.read(out.files["validation"])
    how = {"prompt": PROMPT, "labels": LABELS, "examples": (), "max_new_tokens": 8}
    silent = leaving.outbound(out.run_dir, api=out.api, terms=Egress())
    assert set(hosted.candidate(silent, asked, **how).not_run.values()) == {"not run: not permitted"}
    assert not ledger.read(out.run_dir)[-1]["data"]["passed"]
    monkeypatch.delenv("OPENAI_API_KEY")
    assert set(hosted.candidate(out, asked, **how).not_run.values()) == {"not run: no key"}
    assert hosted.candidate(leaving.outbound(out.run_dir, api=None), asked, **how) == hosted.Candidate()
    assert not stand_in.asked


def test_probabilities_sum_to_one(out):
    for stated in predict(out).answers["probabilities"]:
        assert np.isclose(sum(stated.values()), 1)
