"""The report and the card say what the run's files say."""

import dataclasses
import json

import pandas as pd
import pytest

from helpers.core import files, ledger, manifests
from helpers.evaluate import assemble, compare, pictures, subgroups, verdict, wording

LABELS = ("ataxia", "dystonia")


@pytest.fixture
def run_dir(tmp_path):
    folder = tmp_path / "smoke-diagnosis-s1"
    metrics = {
        "02_preprocess": {
            "deid_patients": 40.0,
            "deid_patients_leaking": 3.0,
            "deid_patient_leak_high": 0.187,
            "deid_char_recall": 0.97,
            "deid_term_retention": 0.998,
            "train_by_source": {"simulated_notes": 31},
        },
        "04_train": {"train_examples": 31, "train_steps": 7, "train_tokens": 4321, "best_validation_loss": 1.25},
    }
    for stage in manifests.STAGES[:4]:
        (folder / stage / "artifacts").mkdir(parents=True)
        manifest = {
            "seed": 1, "started_utc": "2026-01-02T03:04:05", "wall_s": 90.0, "peak_gib": 1.5, "device": "two cores",
            "git_commit": "c0ffee", "git_dirty": False, "profile_sha256": "aa", "task_sha256": "bb",
            "packages": {"torch": "2.13.0"}, "schema_version": 1, "settings_sha256": "cc", "inputs": [], "outputs": [],
        }  # fmt: skip
        files.write_json(folder / stage / "manifest.json", manifest)
        files.write_json(folder / stage / "metrics.json", metrics.get(stage, {}))
    cards = [{"name": "simulated_notes", "title": "Simulated notes", "licence": "Apache-2.0", "legal_basis": "simulated",
              "persons": "simulated"}]  # fmt: skip
    (folder / "01_collect/artifacts/permission.json").write_text(json.dumps({"cards": cards}))
    ledger.append(folder, "gate:permission", passed=True, evidence={})
    ledger.append(folder, "gate:deidentification", passed=False, evidence={"sha256": "feed"})
    ledger.append(folder, "test set opened", purpose="test")
    return folder


def predictions(name, answers, confidence):
    return pd.DataFrame(
        {
            "record_id": [f"r{i}" for i in range(len(answers))],
            "group": [f"g{i}" for i in range(len(answers))],
            "model": name,
            "text": answers,
            "label": answers,
            "probabilities": [
                {label: confidence if label == answer else 1 - confidence for label in LABELS} for answer in answers
            ],
            "abstained": False,
            "latency_s": 0.1,
        }
    )


@pytest.fixture
def findings():
    gold = [LABELS[i % 2] for i in range(60)]
    test = pd.DataFrame(
        {
            "record_id": [f"r{i}" for i in range(60)],
            "group": [f"g{i}" for i in range(60)],
            "labels": [[label] for label in gold],
            "references": [[] for _ in gold],
            "text": "unsteady",
            "sex": "female",
        }
    )
    answers = {
        "base zero-shot": predictions("base zero-shot", ["ataxia"] * 60, 0.6),
        "tuned": predictions("tuned", gold, 0.9),
        "majority": predictions("majority", ["dystonia"] * 60, 0.5),
    }
    table = compare.table(answers, test, kind="classification", bootstrap=200, seed=1, labels=LABELS)
    points = {name: compare.score(found, test, kind="classification") for name, found in answers.items()}
    groups = compare.groups(test)
    common = {"seed": 1, "bootstrap": 200}
    by_sex = subgroups.by_subgroup(points["tuned"], test, columns=["sex"], groups=groups, **common)
    found = assemble.Findings(
        task="Family from findings", kind="classification", metric="accuracy", caution="A made-up task.",
        base="base zero-shot", tuned="tuned", baseline="majority", lines={"chance": 0.5}, table=table,
        verdict=verdict.decide(points["base zero-shot"], points["tuned"], groups, kind="classification", alpha=0.05,
                               min_items=10, **common),
        advice=verdict.advise(points["majority"], points["tuned"], groups, margin=0.03, **common),
        fairness=subgroups.assessability(by_sex, simulated=True), extras={"By sex": (by_sex, "One row a group.")},
    )  # fmt: skip
    return found, answers, test


def test_report_prints_verdict_gates_openings_and_cost_of_this_run(run_dir, findings, tmp_path):
    page = assemble.write_report(tmp_path / "report.html", findings[0], run_dir=run_dir).read_text()
    assert "Better" in page and "Superior" in page
    assert "3 still had a direct identifier" in page and "feed" in page
    assert "failed" in page.lower() and "not assessable" in page.lower()
    assert "two cores" in page and "c0ffee" in page


def test_card_carries_the_measured_result_and_asks_what_only_a_person_knows(run_dir, findings, tmp_path):
    model = {"title": "SmolLM2", "licence": "apache-2.0"}
    text = assemble.write_card(tmp_path / "card.md", findings[0], run_dir=run_dir, base_model=model).read_text()
    assert "value: 1.0" in text and "4,321 tokens" in text
    assert "| simulated_notes | Simulated notes |" in text and "31" in text
    assert "To be answered by the deployer" in text


@pytest.mark.parametrize(
    ("route", "said", "unsaid"),
    [("causal", "with a LoRA adapter", "encoder"), ("encoder", "the whole encoder", "LoRA")],
)
def test_report_and_card_speak_of_the_model_that_was_tuned(run_dir, findings, tmp_path, route, said, unsaid):
    found = dataclasses.replace(findings[0], route=route)
    model = {"title": "MiniLM", "licence": "apache-2.0"}
    text = assemble.write_card(tmp_path / "card.md", found, run_dir=run_dir, base_model=model).read_text()
    assert said in text and unsaid not in text
    page = assemble.write_report(tmp_path / "report.html", found, run_dir=run_dir).read_text()
    assert wording.OF[route].rival.rstrip(",") in page and unsaid not in page


def test_pictures_of_classification_draw_from_their_own_data(findings):
    found, answers, test = findings
    drawn = [
        pictures.comparison(found.table, kind="classification", where="here", tuned="tuned", lines=found.lines),
        pictures.cost_of_quality(found.table, kind="classification", where="here"),
        *pictures.diagnostics(answers, test, kind="classification", tuned="tuned", base="base zero-shot"),
    ]
    assert [picture.name for picture in drawn] == ["comparison", "quality_against_latency", "confusion", "reliability"]
    for picture in drawn:
        axes = picture.draw(picture.data)
        assert axes.get_title(loc="left") and axes.get_xlabel() and picture.caption
    assert drawn[2].data["count"].sum() == 60


def test_pictures_of_generation_show_the_spread_of_scores(findings):
    _, answers, test = findings
    test = test.assign(references=[["unsteady walk"]] * 60, labels=[[] for _ in range(60)])
    (spread,) = pictures.diagnostics(answers, test, kind="generation", tuned="tuned", base="base zero-shot")
    assert set(spread.data["model"]) == set(answers) and spread.data["score"].between(0, 1).all()
    assert spread.draw(spread.data).get_ylabel()


@pytest.mark.parametrize(("scanned", "said"), [(40, "they were scanned all the same"), (0, "nothing was scanned")])
def test_records_without_persons_are_said_to_be_scanned_only_where_they_were(run_dir, scanned, said):
    metrics = {"deid_patients": 0.0, "deid_scanned": scanned}
    files.write_json(run_dir / "02_preprocess" / "metrics.json", metrics)
    assert said in assemble._deidentification(run_dir)
