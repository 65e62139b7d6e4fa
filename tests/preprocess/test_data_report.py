import re
from collections import Counter
from functools import partial

import pandas as pd
import pytest

from helpers.core import figures
from helpers.core import records as schema
from helpers.core.errors import StageError
from helpers.preprocess import cleaning, data_report, duplicates, quality, repeated, splits

DISCLAIMER = "This letter is meant for the addressee alone and must not be passed on."
SECRET = "quokka"


@pytest.fixture(scope="module")
def findings():
    """What the steps of 02 find in 100 notes with planted faults."""
    rows = [
        {
            "record_id": f"r{i:03d}",
            "kind": "clinical_note",
            "source": "ward",
            "text": ""
            if i % 10 < 3
            else f"Findings: {SECRET} number {1000 + i // 2 if i >= 90 else i}, 5 mg/dl.\n{DISCLAIMER}",
            "labels": ["rare" if i == 97 else "common"],
            "sex": "" if i % 2 else "male",
            "age_band": "40-49",
            "origin": "north",
        }
        for i in range(100)
    ]
    frame = pd.DataFrame(rows).reindex(columns=schema.RECORD_SCHEMA.names, fill_value="")
    frame["patient_key"] = frame["group"] = frame["record_id"]
    for column in ("references", "spans", "identifiers"):
        frame[column] = [[] for _ in rows]
    changed = Counter()
    repaired, unusable = cleaning.repair(frame, changed=changed)
    standard, empty = cleaning.standardise(repaired, sections=["findings"], changed=changed)
    sides = splits.assign(standard, test_fold=0)
    kept, doubles = duplicates.drop(standard, min_jaccard=0.99, split=sides)
    sampled = repeated.sample([standard])
    shared = repeated.shared(sampled, min_frac=0.2)
    return data_report.assess(
        quality.merge(quality.tally(kept[sides[kept.index] == side], side=side) for side in quality.SIDES),
        shared=shared,
        copied=repeated.copied_forward(sampled, shared),
        doubles=doubles,
        set_aside=cleaning.counts(unusable, empty),
        changed=changed,
        max_tokens=384,
    )


@pytest.fixture
def folder(findings, tmp_path):
    for picture in findings.pictures:
        figures.save(picture.draw(picture.data), picture.data, tmp_path, name=picture.name, caption=picture.caption)
    return tmp_path


def test_planted_faults_are_counted_exactly(findings):
    said = findings.headline.set_index("measure")
    assert said.loc["set aside", ["count", "of", "frac"]].tolist() == [30, 100, 0.3]
    assert said.loc["records left", "count"] == 67
    assert said.loc["duplicates left out", "count"] == 3
    assert said.loc["same text, other label", "count"] == 1
    assert said.loc["shared passages (sentences)", "count"] == 1
    assert findings.tables["set_aside"].values.tolist() == [["ward", "no text", 30]]
    assert findings.tables["changed"].values.tolist() == [["ward", "mg/dL", 70]]
    assert findings.tables["boilerplate"][["records", "sampled"]].values.tolist() == [[70, 70]]
    assert findings.tables["label_conflicts"]["labels"].tolist() == ["common / rare"]


def test_missing_demographics_are_those_of_the_records_that_are_left(findings):
    table = findings.tables["missing"].set_index("column")
    assert table.loc["sex", "records"] == 67
    assert 30 <= table.loc["sex", "missing"] <= 40
    assert table.loc["date", "missing"] == 67


def test_every_figure_can_be_drawn_and_says_how_to_read_it(findings, folder):
    names = {picture.name for picture in findings.pictures}
    assert names == {"records_by_source", "label_balance", "prompt_lengths", "missing_fields", "duplicates"}
    assert all(picture.caption for picture in findings.pictures)
    assert len(list(folder.glob("*.png"))) == 5


def test_the_page_stands_alone_and_quotes_no_record(findings, folder):
    page = data_report.write(folder / "data_report.html", findings, title="A <task>", folder=folder).read_text()
    assert "A &lt;task&gt;" in page and page.count("data:image/png;base64,") == 5
    assert not re.search(r'(src|href)="(?!data:)', page) and "<script" not in page
    assert SECRET not in page.casefold() and "addressee" not in page
    for heading in ("Set aside in this stage", "Same text, other label", "Shared passages", "What is missing"):
        assert f"<h3>{heading}</h3>" in page
    assert "not intended for clinical use" in page


def test_a_missing_figure_is_named(findings, tmp_path):
    with pytest.raises(StageError, match="figure of the data report"):
        data_report.write(tmp_path / "data_report.html", findings, title="A task", folder=tmp_path)


def test_data_without_labels_duplicates_or_gaps_need_no_figure_of_them(tmp_path):
    frame = schema.to_frame(
        {"record_id": f"m{i}", "kind": "table", "source": "words", "text": f"term {i}", "references": ["plain"]}
        for i in range(8)
    )
    sampled = repeated.sample([frame])
    shared = repeated.shared(sampled, min_frac=0.2)
    found = data_report.assess(
        quality.tally(frame, side="train"),
        shared=shared,
        copied=repeated.copied_forward(sampled, shared),
        doubles=duplicates.drop(frame, min_jaccard=0.9)[1],
        set_aside=cleaning.counts(frame.iloc[:0].assign(reason="")),
        changed={},
        max_tokens=384,
    )
    assert [picture.name for picture in found.pictures] == ["records_by_source", "prompt_lengths"]
    save = partial(figures.save, folder=tmp_path)
    [save(one.draw(one.data), one.data, name=one.name, caption=one.caption) for one in found.pictures]
    page = data_report.write(tmp_path / "page.html", found, title="Words", folder=tmp_path).read_text()
    assert "None." in page
