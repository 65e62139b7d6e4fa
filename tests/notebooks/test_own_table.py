"""The README's recipe for a user's own table, word for word: card, task file, command."""

import json
import re
import shlex
import sys

import pandas as pd
import pytest
import yaml

from helpers import cli
from helpers.collect import intake
from helpers.collect.own_tables import own_files
from helpers.core import paths, records, tasks

COMPLAINTS = {"readmitted": ("short of breath", "fell again"), "at home": ("no complaint", "walks every day")}
ROWS = 200


def _blocks(language):
    section = (paths.ROOT / "README.md").read_text(encoding="utf-8").split("## Your own table\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def _table(header):
    """200 made-up letters of 100 patients in the README's columns, with a date that is none and an empty letter."""
    rows = []
    for i in range(ROWS):
        patient, outcome = i // 2, list(COMPLAINTS)[i // 2 % 2]
        said = COMPLAINTS[outcome][i % 2]
        rows.append(
            {
                "letter_id": f"L{i:03d}",
                "patient": f"P{patient:03d}",
                "first_name": "Ana",
                "last_name": f"Prueba{chr(97 + patient % 26)}{chr(97 + patient // 26)}",
                "born": f"{1 + patient % 28:02d}/04/{1930 + patient % 50}",
                "seen": "soon" if i == 7 else f"{1 + i % 28:02d}/03/2023",
                "sex": ("female", "male")[patient % 2],
                "letter": ""
                if i == 3
                else f"History: visit {i}, room {i * 7}. Ms Prueba{chr(97 + patient % 26)}"
                f"{chr(97 + patient // 26)} says: {said}, weight {50 + i / 2} kg, pulse {60 + i % 40}.",
                "outcome": outcome if i != 5 else "unknown",
            }
        )
    return pd.DataFrame(rows)[header]


def _call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", list(arguments))
    try:
        cli.main()
    except SystemExit as stopped:
        assert not stopped.code, arguments


@pytest.fixture
def run_dir(tmp_path, monkeypatch):
    """What 01 and 02 of the recipe leave in the smoke profile, started from a folder outside the kit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(paths.ROOT))  # for the kernel: it starts here, not in the project
    (tmp_path / "study").mkdir()
    shown = _blocks("csv")[0].splitlines()
    _table(shown[0].split(",")).to_csv(tmp_path / "study" / "letters.csv", index=False)
    (tmp_path / "study" / "task.yaml").write_text(_blocks("yaml")[0], encoding="utf-8")
    cards, run = _blocks("bash")
    for command in cards.replace("\\\n", " ").splitlines():
        _call(monkeypatch, *shlex.split(command))
    _call(monkeypatch, *shlex.split(run), "01", "02", "--profile", "smoke", "--set", "collect.max_records=null")
    return paths.outputs() / "smoke-discharge_letters-s1"


def test_the_recipe_brings_a_table_through_collection_and_the_gate(run_dir, tmp_path):
    found = records.read(run_dir / "01_collect" / "artifacts" / "records.parquet")
    assert len(found) == ROWS - 2 and found["patient_key"].nunique() == ROWS // 2
    assert found["date"].ne("").sum() == ROWS - 3 and found["date"].max() == "2023-03-28"
    quarantine = pd.read_csv(run_dir / "01_collect" / "tables" / "quarantine.csv")
    assert quarantine[["file", "row", "reason"]].values.tolist() == [
        ["letters.csv", 5, "no text"],
        ["letters.csv", 7, "label outside the task's labels"],
    ]
    remarks = pd.read_csv(run_dir / "01_collect" / "tables" / "remarks.csv")
    assert remarks["records"].tolist() == [1]

    report = json.loads((run_dir / "02_preprocess" / "artifacts" / "deid_report.json").read_text())
    assert report["passed"] and "accepted under Ethics committee 17/2026" in " ".join(report["reasons"])
    sides = {
        side: records.read(run_dir / "02_preprocess" / "artifacts" / f"{side}.parquet")
        for side in ("train", "validation", "test")
    }
    assert len(sides["test"]) >= 50 and len(sides["train"]) > 50 and len(sides["validation"]) > 2
    for side in sides.values():
        assert not side["text"].str.contains("Prueba").any() and not side["patient_key"].str.startswith("P").any()
        assert set(side["labels"].map(tuple)) == {("readmitted",), ("at home",)}
    assert yaml.safe_load((run_dir / "task.yaml").read_text())["folder"] == str(tmp_path / "study")
    assert not (paths.DATA_CARDS / "discharge_letters.md").exists()


def test_the_rows_that_the_recipe_shows_are_records(tmp_path):
    (tmp_path / "letters.csv").write_text(_blocks("csv")[0], encoding="utf-8")
    (tmp_path / "task.yaml").write_text(_blocks("yaml")[0], encoding="utf-8")
    task = tasks.load(str(tmp_path / "task.yaml"))
    rows = own_files.rows(task.sources[0], beside=task.folder)
    found, aside = intake.sort_out(rows, source=task.sources[0].card)
    assert aside.empty and found["record_id"].tolist() == ["L001", "L002"]
    assert found["date"].tolist() == ["2023-02-28", "2023-03-02"] and found["age_band"].tolist() == ["65-89", "65-89"]
    assert {label for labels in found["labels"] for label in labels} == set(task.labels)
    assert {(item["label"], item["value"]) for item in found["identifiers"][0]} == {
        ("NAME", "Ana"),
        ("NAME", "Prueba"),
        ("DATE", "1951-04-03"),
    }
