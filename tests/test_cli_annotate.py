"""From a table with few labels to Label Studio, back, and through 01: the annotations here are written by the test."""

import json
import shutil

import pandas as pd
import pytest
import yaml

from helpers.core import paths, records

SAID = {"readmitted": ("short of breath", "fell again"), "at home": ("no complaint", "walks every day")}
TASK = {
    "name": "letters",
    "title": "Return within 30 days",
    "kind": "classification",
    "caution": "Made up.",
    "labels": list(SAID),
    "sources": [
        {
            "card": "letters",
            "kind": "clinical_note",
            "path": "letters.csv",
            "max_set_aside_frac": 1.0,  # most rows have no label yet
            "columns": {
                "record_id": "id",
                "patient_key": "patient",
                "text": "letter",
                "labels": "outcome",
                "date": "seen",
                "sex": "sex",
            },
        }
    ],
    "prompt": {"system": "Answer readmitted or at home.", "user": "{text}"},
    "primary_metric": "accuracy",
}
SIMULATED = """--title Letters --licence none --source simulated --release 1 --cite none --legal-basis simulated --approval
    none-needed --expires never --use train --use evaluate --persons simulated --identifiers --deidentification identified
    --what a --typical b --atypical c --limits d""".split()
REAL = [{"simulated": "authorization"}.get(word, word) for word in SIMULATED]
REAL[REAL.index("--persons") + 1] = "real"


def truth(number):
    return list(SAID)[number // 2 % 2]


@pytest.fixture
def study(tmp_path, clintune, monkeypatch):
    """A folder with a task, a card of made-up persons, and 80 letters of which 20 have a label and one is empty."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "study"
    folder.mkdir()
    rows = [
        {
            "id": f"L{number:02d}",
            "patient": f"P{number // 2}",
            "letter": ""
            if number == 79
            else f"Visit {number}: {SAID[truth(number)][number % 2]}, pulse {60 + number}.",
            "outcome": "lost" if number == 78 else truth(number) if number < 20 else "",
            "seen": "2023-02-28",
            "sex": ("female", "male")[number // 2 % 2],
        }
        for number in range(80)
    ]
    pd.DataFrame(rows).to_csv(folder / "letters.csv", index=False)
    (folder / "task.yaml").write_text(yaml.safe_dump(TASK), encoding="utf-8")
    assert clintune("card", "new", "letters", *SIMULATED, "--folder", folder / "data_cards")[0] == 0
    return folder


def annotate(made, path, *, wrong=0, skipped=0, people=(1, 2)):
    """What Label Studio would export when these people had labelled the tasks; the second errs on the first `wrong`."""
    done = []
    for place, task in enumerate(made):
        label = truth(int(task["data"]["record_id"][1:]))
        other = next(name for name in SAID if name != label)
        given = [
            {
                "id": 10 * place + who,
                "completed_by": {"id": who, "email": "someone@clinic.example", "first_name": "", "last_name": ""},
                "result": [
                    {
                        "id": f"c{place}{who}",
                        "from_name": "answer",
                        "to_name": "text",
                        "type": "choices",
                        "origin": "manual",
                        "value": {"choices": [other if who == 2 and place < wrong else label]},
                    }
                ],
                "was_cancelled": place >= len(made) - skipped,
                "ground_truth": False,
                "updated_at": "2026-11-20T10:00:00.000000Z",
                "lead_time": 3.1,
            }
            for who in people
        ]
        done.append({"id": place + 1, "annotations": given, "drafts": [], "predictions": [], **task})
    path.write_text(json.dumps(done), encoding="utf-8")
    return path


def test_a_table_with_few_labels_goes_to_annotators_and_comes_back_into_01(study, clintune, tmp_path, monkeypatch):
    code, said, err = clintune(
        "annotate", "sample", study / "letters.csv", "--task", study / "task.yaml", "--n", 30, "--by", "uncertainty",
        "--suggest", "--to", tmp_path / "annotate.json",
    )  # fmt: skip
    assert code == 0, err
    assert "20 records have a label, 58 have none" in said and "Set aside: 1 no text" in said
    assert "Set aside: 1 label outside the task's labels" in said
    made = json.loads((tmp_path / "annotate.json").read_text())
    ids = [task["data"]["record_id"] for task in made]
    assert len(set(ids)) == 30 and all(int(name[1:]) >= 20 for name in ids)
    assert all(task["predictions"][0]["result"][0]["value"]["choices"][0] in SAID for task in made)
    assert (tmp_path / "annotate.json").stat().st_mode & 0o077 == 0
    assert '<Choice value="readmitted" />' in (tmp_path / "annotate.xml").read_text()

    export = annotate(made, tmp_path / "export.json", wrong=4, skipped=2)
    code, said, err = clintune(
        "annotate", "import", export, "--task", study / "task.yaml", "--to", study / "annotated.jsonl"
    )
    assert code == 0, err
    assert "24 records with an answer, from 56 annotations" in said
    assert "Set aside: 4 skipped" in said and "Set aside: 4 annotators disagree" in said
    aside = pd.read_csv(study / "annotated.set_aside.csv")
    assert aside["reason"].value_counts().to_dict() == {"skipped": 4, "annotators disagree": 4}

    added = yaml.safe_load((study / "annotated.yaml").read_text())["sources"]
    (study / "task.yaml").write_text(yaml.safe_dump(TASK | {"sources": TASK["sources"] + added}), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(paths.ROOT))  # for the kernel: it starts here, not in the project
    code, said, err = clintune(
        "run", "01", "--task", study / "task.yaml", "--profile", "smoke", "--set", "collect.max_records=null"
    )
    assert code == 0, err
    artifacts = paths.outputs() / "smoke-letters-s1" / "01_collect" / "artifacts"
    found = records.read(artifacts / "records.parquet").set_index("record_id")
    assert len(found) == 20 + 24 and set(found.index[20:]) == set(ids[4:-2])
    assert all(labels == [truth(int(name[1:]))] for name, labels in found["labels"].items())
    assert found["patient_key"].str.startswith("P").all() and (found["date"] == "2023-02-28").all()
    assert set(found["sex"]) == {"female", "male"} and set(found["kind"]) == {"clinical_note"}


def test_a_sample_is_the_same_again_and_shows_neither_labels_nor_suggestions_unasked(study, clintune, tmp_path):
    arguments = ("annotate", "sample", study / "letters.csv", "--task", study / "task.yaml", "--n", 12)
    written = []
    for name in ("a.json", "b.json"):
        assert clintune(*arguments, "--to", tmp_path / name)[0] == 0
        written.append((tmp_path / name).read_text())
    assert written[0] == written[1] and not any("predictions" in task for task in json.loads(written[0]))
    assert clintune(*arguments, "--seed", 2, "--to", tmp_path / "c.json")[0] == 0
    assert (tmp_path / "c.json").read_text() != written[0]


def test_identified_records_of_real_persons_are_not_written(study, clintune, tmp_path):
    shutil.rmtree(study / "data_cards")
    assert clintune("card", "new", "letters", *REAL, "--folder", study / "data_cards")[0] == 0
    code, _, err = clintune(
        "annotate", "sample", study / "letters.csv", "--task", study / "task.yaml", "--to", tmp_path / "a.json"
    )
    assert code == 1 and err.startswith("PhiError: Records with identifiers of real persons") and "clintune deid" in err
    assert not (tmp_path / "a.json").exists()


def test_agreement_says_kappa_and_what_is_mistaken_and_no_text(study, clintune, tmp_path):
    made = [{"data": {"record_id": f"L{number:02d}", "text": f"Visit {number}."}} for number in range(40)]
    export = annotate(made, tmp_path / "export.json", wrong=10)
    code, said, err = clintune(
        "annotate", "agreement", export, "--task", study / "task.yaml", "--to", tmp_path / "kappa.json"
    )
    assert code == 0, err
    content = json.loads((tmp_path / "kappa.json").read_text())
    (pair,) = content["pairs"]
    # 30 of 40 alike; a says 20 and 20, b says 20 and 20 or 22 and 18: by chance .5
    assert pair["kappa"] == pytest.approx(0.5, abs=0.01) and pair["low"] < pair["kappa"] < pair["high"]
    assert content["disagreements"] == [{"label": "at home", "other_label": "readmitted", "pairs": 10, "records": 10}]
    assert "fleiss" not in content and "Visit" not in said and "clinic" not in said
    export = annotate(made, tmp_path / "three.json", wrong=10, people=(1, 2, 3))
    code, said, err = clintune("annotate", "agreement", export, "--task", study / "task.yaml")
    assert code == 0 and "Fleiss' kappa of all: 0.6" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sample", "letters.csv"], "A table needs the task file"),
        (["sample", "no-such-run"], "is not finished"),
        (["import", "absent.json", "--task", "diagnosis"], "There is no file absent.json"),
        (["agreement", "absent.json", "--task", "patient_communication"], "Kappa needs a closed label set"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_exit_code_1(clintune, arguments, says):
    code, _, err = clintune("annotate", *arguments)
    assert code == 1 and says in err


def test_one_annotator_alone_has_no_agreement(study, clintune, tmp_path):
    made = [{"data": {"record_id": f"L{number:02d}", "text": f"Visit {number}."}} for number in range(4)]
    code, _, err = clintune(
        "annotate", "agreement", annotate(made, tmp_path / "one.json", people=(1,)), "--task", study / "task.yaml"
    )
    assert code == 1 and "two people have labelled" in err and "4 annotations by 1 annotator" in err
