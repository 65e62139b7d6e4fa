import json

import pandas as pd
import pytest
from test_leak_report import assessed, made_up

from helpers.clinical.deid.spans import Span
from helpers.core.errors import PhiError
from helpers.preprocess import gate, leak_report, review

LIMITS = {"max_patient_leak_frac": 0.08, "max_class_leak_frac": 0.03, "min_term_retention": 0.9}


def test_the_gate_opens_where_nothing_leaked():
    report = assessed(made_up())
    assert gate.decide(report, **LIMITS) == gate.Gate(True, ())
    assert report.totals["patients"] == 100
    assert report.totals["patient_leak_high"] == pytest.approx(1 - 0.05 ** (1 / 100))
    assert report.totals["term_retention"] == 1.0
    assert report.totals["notes_clean_frac"] == 1.0


def test_the_gate_refuses_when_five_in_a_hundred_spans_are_left_in():
    decision = gate.decide(assessed(made_up(300), spoil_frac=0.05), **LIMITS)
    assert not decision.passed
    assert any("direct identifier" in reason for reason in decision.reasons)


def test_a_frequent_class_above_its_limit_is_named_and_a_rare_one_is_not():
    records = made_up(40)
    spans = [
        tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold if s["label"] != "DATE")
        for gold in records["spans"]
    ]
    report = leak_report.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    decision = gate.decide(report, **(LIMITS | {"max_patient_leak_frac": 0.5}))
    assert [reason[:5] for reason in decision.reasons] == ["DATE:"]
    few = leak_report.assess(records[:10], spans[:10], records["text"][:10], method="safe_harbor", output="tag")
    assert gate.decide(few, **(LIMITS | {"max_patient_leak_frac": 0.5})).passed


def test_eaten_clinical_terms_close_the_gate():
    records = made_up(40)
    report = assessed(records)
    eaten = leak_report.assess(records, [tuple()] * 40, ["nothing left"] * 40, method="safe_harbor", output="tag")
    assert report.totals["terms_before"] == eaten.totals["terms_before"] == 120
    assert eaten.totals["term_retention"] == 0
    assert any("terms" in reason for reason in gate.decide(eaten, **LIMITS).reasons)


def test_without_gold_it_says_not_assessed_and_wants_an_approval():
    records = made_up(5).assign(spans=[[] for _ in range(5)])
    report = assessed(records)
    assert not report.assessed
    assert not gate.decide(report, **LIMITS).passed
    assert not gate.decide(report, **LIMITS, approval=" ").passed
    accepted = gate.decide(report, **LIMITS, approval="IRB 12-34")
    assert accepted.passed
    assert "not assessed" in accepted.reasons[0]


def test_an_approval_does_not_excuse_a_measured_leak():
    report = assessed(made_up(300), spoil_frac=0.3)
    assert not gate.decide(report, **LIMITS, approval="IRB 12-34").passed


def test_the_saved_report_opens_only_for_its_own_files(tmp_path):
    report = assessed(made_up())
    decision = gate.decide(report, **LIMITS)
    files = {"train.parquet": tmp_path / "train.parquet", "test.parquet": tmp_path / "test.parquet"}
    for name, file in files.items():
        file.write_text(name)
    path = tmp_path / "deid_report.json"
    gate.save(report, decision, path, records_files=files)
    assert gate.require(path, records_files=files).passed
    again, opened = gate.load(path)
    assert opened == decision
    assert again.leaks_by_class.round(9).equals(report.leaks_by_class.round(9))
    files["test.parquet"].write_text("other records")
    with pytest.raises(PhiError, match="other records"):
        gate.require(path, records_files=files)


def test_a_missing_broken_or_refused_report_is_refused(tmp_path):
    path = tmp_path / "deid_report.json"
    with pytest.raises(PhiError, match="no de-identification report"):
        gate.require(path, records_files={})
    for content in ("{", "[]", json.dumps({"schema_version": 1, "passed": True})):
        path.write_text(content)
        with pytest.raises(PhiError):
            gate.require(path, records_files={})
    report = assessed(made_up(300), spoil_frac=0.3)
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={})
    with pytest.raises(PhiError, match="did not pass"):
        gate.require(path, records_files={})


def test_the_report_quotes_no_identifier(tmp_path):
    report = assessed(made_up(300), spoil_frac=0.3)
    path = tmp_path / "deid_report.json"
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={})
    written = path.read_text()
    for trace in ("Ada", "Mossley", "4400001", "3/4/2021"):
        assert trace not in written


def test_gold_in_one_source_is_no_evidence_for_another():
    simulated = made_up(100).assign(source="simulated")
    own = made_up(3).assign(source="clinic", spans=[[] for _ in range(3)])
    own[["record_id", "patient_key"]] += "-own"
    both = pd.concat([simulated, own], ignore_index=True)
    report = assessed(both)
    assert report.unassessed == ("clinic",)
    assert report.totals["patients"] == 100
    refused = gate.decide(report, **LIMITS)
    assert not refused.passed and "clinic" in refused.reasons[0]
    assert gate.decide(report, **LIMITS, approval="IRB 12-34").passed
    assert "Nothing of this was measured on clinic." in leak_report.in_words(report)
    read = review.Evidence(300, 0, 0.00994, {}, "0" * 64, "0" * 64)
    assert gate.decide(report, **LIMITS, reviewed=read).passed


def test_a_reviewed_sample_does_not_excuse_a_measured_leak():
    simulated = made_up(300).assign(source="simulated")
    own = made_up(3).assign(source="clinic", spans=[[] for _ in range(3)])
    own[["record_id", "patient_key"]] += "-own"
    report = assessed(pd.concat([simulated, own], ignore_index=True), spoil_frac=0.3)
    read = review.Evidence(300, 0, 0.00994, {}, "0" * 64, "0" * 64)
    assert not gate.decide(report, **LIMITS, reviewed=read).passed


def test_report_headline_review_and_unassessed_sources_survive_saving(tmp_path):
    report = assessed(made_up().assign(source="simulated"))
    read = review.Evidence(300, 1, 0.0157, {"NAME": 1}, "0" * 64, "1" * 64)
    path = tmp_path / "deid_report.json"
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={}, reviewed=read)
    again, _ = gate.load(path)
    assert again.headline["figure"].tolist() == report.headline["figure"].tolist()
    assert again.unassessed == ()
    assert json.loads(path.read_text())["review"]["leaking"] == 1


def test_a_report_saved_before_reviews_were_known_still_opens(tmp_path):
    path = tmp_path / "deid_report.json"
    gate.save(assessed(made_up()), gate.Gate(True, ()), path, records_files={})
    content = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in content.items() if k not in ("headline", "unassessed", "review")}))
    assert gate.load(path)[0].headline.empty


def test_people_may_read_records_only_on_evidence_and_not_on_an_approval(tmp_path):
    path, bare = tmp_path / "deid_report.json", made_up().assign(spans=[[] for _ in range(100)])
    report = assessed(bare)
    approved = gate.decide(report, **LIMITS, approval="Committee 17")
    gate.save(report, approved, path, records_files={})
    assert gate.require(path, records_files={}).passed
    with pytest.raises(PhiError, match="never measured") as refused:
        gate.require_evidence(path, records_files={}, has_real_persons=True)
    assert "Committee 17" in str(refused.value) and "review_sheet" in str(refused.value)
    assert gate.require_evidence(path, records_files={}, has_real_persons=False).passed

    read = review.Evidence(300, 0, 0.01, {}, "a" * 64, "b" * 64)
    gate.save(report, gate.decide(report, **LIMITS, reviewed=read), path, records_files={}, reviewed=read)
    assert gate.require_evidence(path, records_files={}, has_real_persons=True).passed
    measured = assessed(made_up())
    gate.save(measured, gate.decide(measured, **LIMITS), path, records_files={})
    assert gate.require_evidence(path, records_files={}, has_real_persons=True).passed
