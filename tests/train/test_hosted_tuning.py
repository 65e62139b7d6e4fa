"""Fine-tuning at a provider that really trains, by the unmodified SDK held to strict validation."""

import json

import hosted_stand_in
import leaving
import openai
import pytest
from leaving import LABELS, PROMPT
from openai.resources.fine_tuning.jobs import Jobs

from helpers.core import ledger, records
from helpers.core.errors import EgressError, ProfileError, StageError
from helpers.core.settings import Egress
from helpers.lm import egress, hosted_tuned
from helpers.train import hosted, hosted_job


def chats(out, side):
    return hosted.chats(records.read(out.files[side]), prompt=PROMPT, labels=LABELS)


def fit(out, tmp_path, **options):
    permit = egress.permit(out, out.api.base_url, purpose="training")
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    settings = {"epochs": 2, "batch_size": 4, "poll_s": 0.05, "hours": 1.0, "seed": 1} | options
    sending = hosted.Sending(out, permit, tuple(LABELS))
    rows = chats(out, "train"), chats(out, "validation")
    return hosted.fit(sending, *rows, prompt=PROMPT, scratch=scratch, out=tmp_path / "tuned", **settings)


def receipts(out):
    return [entry["data"] for entry in ledger.read(out.run_dir) if entry["event"] == "hosted training file deleted"]


def test_chats_are_the_prompts_of_evaluation_with_the_answer_as_it_will_be_read(out):
    rows = chats(out, "train")
    first, frame = rows.dataset[0]["messages"], records.read(out.files["train"])
    assert [message["role"] for message in first] == ["system", "user", "assistant"]
    assert first[1]["content"] == PROMPT.user.replace("{text}", frame["text"][0])
    assert json.loads(first[2]["content"]) == {"answer": frame["labels"][0][0]}
    free = hosted.chats(frame, prompt=PROMPT, labels=())
    assert free.dataset[0]["messages"][2]["content"] == frame["labels"][0][0]


def test_budget_and_steps(out):
    rows = chats(out, "train")
    assert hosted.epochs_within(rows, epochs=3.4, token_budget=10**6) == 3
    assert hosted.epochs_within(rows, epochs=3, token_budget=rows.tokens) == 1
    assert hosted.epochs_within(rows, epochs=3, token_budget=1) == 1
    assert hosted.steps_of(rows, epochs=2, batch_size=4) == 4
    table = hosted.describe(rows, epochs=2, steps=4, usd_per_mtok=25.0)["value"]
    assert table["USD (estimated)"] == pytest.approx(rows.tokens * 50 / 1e6, abs=1e-4)


def test_a_job_trains_is_asked_and_leaves_nothing_at_the_provider(out, stand_in, tmp_path):
    found = fit(out, tmp_path)
    assert found.steps == 4 and found.log["eval_loss"].notna().any() and found.tokens > 0
    assert not stand_in.files and len(stand_in.deleted) == 2
    assert [receipt["file"] for receipt in receipts(out)] == stand_in.deleted
    tuned = hosted_tuned.load(tmp_path / "tuned")
    assert tuned.model.startswith("ft:gpt-stand-in:clintune:") and tuned.usd == found.tokens * 25 / 1e6
    assert "sk-" not in (tmp_path / "tuned" / "hosted.json").read_text()
    sent = leaving.local(out.run_dir, stand_in, "validation")
    how = {"leaving": sent, "max_new_tokens": 8}
    frame = records.read(out.files["validation"])
    after = hosted_tuned.predict(tmp_path / "tuned", frame, prompt=PROMPT, name="tuned", **how)
    before = hosted_tuned.base(tmp_path / "tuned", frame, name="base", examples=[], **how)
    assert after["probabilities"].tolist() != before["probabilities"].tolist()  # another model answered
    with pytest.raises(StageError, match="not the one that was trained"):
        hosted_tuned.predict(tmp_path / "tuned", frame, prompt=leaving.OTHER_PROMPT, name="tuned", **how)


def test_a_wait_that_was_killed_goes_on_with_the_same_job(out, stand_in, tmp_path, monkeypatch):
    stand_in.pause_s = 1.0
    monkeypatch.setattr(Jobs, "retrieve", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        fit(out, tmp_path)
    kept = json.loads((tmp_path / "scratch" / "job.json").read_text())
    assert list(stand_in.jobs) == [kept["job"]]
    monkeypatch.undo()
    monkeypatch.setenv("OPENAI_API_KEY", hosted_stand_in.KEY)
    assert fit(out, tmp_path).steps == 4
    assert len(stand_in.jobs) == 1 and len(stand_in.deleted) == 2


def test_a_kill_before_the_id_was_kept_sends_nothing_twice(out, stand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(hosted_job.files, "write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        fit(out, tmp_path)
    assert len(stand_in.jobs) == 1 and not (tmp_path / "scratch" / "job.json").exists()
    monkeypatch.undo()
    monkeypatch.setenv("OPENAI_API_KEY", hosted_stand_in.KEY)
    fit(out, tmp_path)
    assert len(stand_in.jobs) == 1 and len(stand_in.deleted) == 2


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_job_that_the_provider_ends_is_an_error_and_its_files_are_taken_back(out, stand_in, tmp_path, status):
    error = {"code": "exceeded_quota", "message": "unsteady gait", "param": None}
    stand_in.ends_with = {"status": status, "fine_tuned_model": None, "error": error}
    with pytest.raises(StageError, match=f"{status}, exceeded_quota") as caught:
        fit(out, tmp_path)
    assert "unsteady" not in str(caught.value)
    assert not stand_in.files and len(receipts(out)) == 2 and not (tmp_path / "tuned").exists()
    stand_in.ends_with = {}
    fit(out, tmp_path)  # begins a new job
    assert len(stand_in.jobs) == 2


def test_a_job_that_takes_too_long_is_cancelled(out, stand_in, tmp_path):
    stand_in.pause_s = 3.0
    with pytest.raises(StageError, match="cancelled"):
        fit(out, tmp_path, hours=-1.0)
    assert [job["status"] for job in stand_in.jobs.values()] == ["cancelled"] and not stand_in.files


def test_a_file_that_the_provider_keeps_is_an_error(out, stand_in, tmp_path, monkeypatch):
    keeps = openai.types.FileDeleted(id="file-1", deleted=False, object="file")
    monkeypatch.setattr(openai.resources.Files, "delete", lambda *_: keeps)
    with pytest.raises(StageError, match="did not delete 2 uploaded"):
        fit(out, tmp_path)
    assert not receipts(out) and ledger.count(out.run_dir, "hosted training file not deleted") == 2
    monkeypatch.undo()
    monkeypatch.setenv("OPENAI_API_KEY", hosted_stand_in.KEY)
    fit(out, tmp_path)
    assert len(receipts(out)) == 2 and len(stand_in.jobs) == 1


def test_a_provider_that_stumbles_is_asked_again(out, stand_in, tmp_path):
    stand_in.faults = lambda path, before: "500" if before == 0 else ""
    assert fit(leaving.local(out.run_dir, stand_in, max_retries=3), tmp_path).steps == 4


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ("401", ProfileError, "refused the key"),
        ("400", StageError, "status 400"),
        ("not JSON", StageError, "another form"),
    ],
)
def test_a_provider_that_refuses_is_told_in_our_words(out, stand_in, tmp_path, fault, error, said):
    stand_in.faults = lambda path, before: fault
    with pytest.raises(error, match=said) as caught:
        fit(out, tmp_path)
    assert "unsteady" not in str(caught.value)


def test_nothing_is_uploaded_without_leave(out, stand_in, tmp_path):
    silent = leaving.local(out.run_dir, stand_in, terms=Egress())
    with pytest.raises(EgressError, match="no agreement"):
        fit(silent, tmp_path)
    assert not stand_in.asked


def test_what_was_edited_in_hosted_json_is_seen(tmp_path, out, stand_in):
    fit(out, tmp_path)
    path = tmp_path / "tuned" / "hosted.json"
    said = json.loads(path.read_text())
    path.write_text(json.dumps(said | {"labels": ["gout"]}))
    with pytest.raises(StageError, match="not the one that was trained"):
        hosted_tuned.load(path.parent)
    path.write_text(json.dumps(said | {"surprise": 1}))
    with pytest.raises(StageError, match="1 wrong fields"):
        hosted_tuned.load(path.parent)
    with pytest.raises(StageError, match="no hosted model"):
        hosted_tuned.load(tmp_path)
