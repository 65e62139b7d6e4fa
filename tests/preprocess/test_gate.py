import json

import pandas as pd
import pytest
from scipy.stats import binomtest

from helpers.clinical.deid.spans import Span
from helpers.core import records as schema
from helpers.core.errors import PhiError
from helpers.preprocess import deidentify, gate, review

KEY = b"k" * 32
LIMITS = {"max_patient_leak_frac": 0.08, "max_class_leak_frac": 0.03, "min_term_retention": 0.9}


def _records(count=100):
    rows = []
    for i in range(count):
        name, number = f"Ada {'Mossley Quillon Harcastle Odeson'.split()[i % 4]}", f"44{i:05d}"
        text = f"Patient: {name}\nMRN: {number}\nSeen: 3/4/2021\n\nFindings: Seizure, Ataxia and Ptosis."
        spans = [
            {"start": text.index(v), "end": text.index(v) + len(v), "label": label}
            for label, v in (("NAME", name), ("MRN", number), ("DATE", "3/4/2021"))
        ]
        rows.append(
            {
                "record_id": f"r{i}",
                "patient_key": f"p{i}",
                "kind": "clinical_note",
                "style": f"s{i % 2}",
                "text": text,
                "spans": spans,
            }
        )
    return schema.to_frame(rows)


def _assess(records, **changes):
    clean, report = deidentify.apply(
        records, **({"method": "safe_harbor", "output": "tag", "key": KEY, "seed": 1} | changes)
    )
    return gate.assess(records, report.spans, clean["text"], method="safe_harbor", output="tag")


def test_the_gate_opens_where_nothing_leaked():
    report = _assess(_records())
    assert gate.decide(report, **LIMITS) == gate.Gate(True, ())
    assert report.totals["patients"] == 100
    assert report.totals["patient_leak_high"] == pytest.approx(1 - 0.05 ** (1 / 100))
    assert report.totals["term_retention"] == 1.0
    assert report.totals["notes_clean_frac"] == 1.0


def test_the_gate_refuses_when_five_in_a_hundred_spans_are_left_in():
    decision = gate.decide(_assess(_records(300), spoil_frac=0.05), **LIMITS)
    assert not decision.passed
    assert any("direct identifier" in reason for reason in decision.reasons)


def test_leak_counts_and_intervals_equal_hand_computed_ones():
    records = _records(40)
    spans = [tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold) for gold in records["spans"]]
    spans[0] = spans[0][1:]  # one name left
    spans[1] = spans[1][:2]  # one date left: indirect
    report = gate.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    names = report.leaks_by_class.set_index("label").loc["NAME"]
    assert (names["spans"], names["leaked"]) == (40, 1)
    known = binomtest(1, 40).proportion_ci(method="wilson")
    assert (names["low"], names["high"]) == pytest.approx((known.low, known.high))
    assert report.totals["patients_leaking"] == 1
    assert report.totals["notes_clean_frac"] == pytest.approx(38 / 40)
    assert set(report.by_style["leaked"]) == {1}


def test_a_frequent_class_above_its_limit_is_named_and_a_rare_one_is_not():
    records = _records(40)
    spans = [
        tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold if s["label"] != "DATE")
        for gold in records["spans"]
    ]
    report = gate.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    decision = gate.decide(report, **(LIMITS | {"max_patient_leak_frac": 0.5}))
    assert [reason[:5] for reason in decision.reasons] == ["DATE:"]
    few = gate.assess(records[:10], spans[:10], records["text"][:10], method="safe_harbor", output="tag")
    assert gate.decide(few, **(LIMITS | {"max_patient_leak_frac": 0.5})).passed


def test_eaten_clinical_terms_close_the_gate():
    records = _records(40)
    report = _assess(records)
    eaten = gate.assess(records, [tuple()] * 40, ["nothing left"] * 40, method="safe_harbor", output="tag")
    assert report.totals["terms_before"] == eaten.totals["terms_before"] == 120
    assert eaten.totals["term_retention"] == 0
    assert any("terms" in reason for reason in gate.decide(eaten, **LIMITS).reasons)


def test_without_gold_it_says_not_assessed_and_wants_an_approval():
    records = _records(5).assign(spans=[[] for _ in range(5)])
    report = _assess(records)
    assert not report.assessed
    assert not gate.decide(report, **LIMITS).passed
    assert not gate.decide(report, **LIMITS, approval=" ").passed
    accepted = gate.decide(report, **LIMITS, approval="IRB 12-34")
    assert accepted.passed
    assert "not assessed" in accepted.reasons[0]


def test_an_approval_does_not_excuse_a_measured_leak():
    report = _assess(_records(300), spoil_frac=0.3)
    assert not gate.decide(report, **LIMITS, approval="IRB 12-34").passed


def test_the_saved_report_opens_only_for_its_own_files(tmp_path):
    report = _assess(_records())
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
    report = _assess(_records(300), spoil_frac=0.3)
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={})
    with pytest.raises(PhiError, match="did not pass"):
        gate.require(path, records_files={})


def test_the_report_quotes_no_identifier(tmp_path):
    report = _assess(_records(300), spoil_frac=0.3)
    path = tmp_path / "deid_report.json"
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={})
    written = path.read_text()
    for trace in ("Ada", "Mossley", "4400001", "3/4/2021"):
        assert trace not in written


def test_evidence_for_other_records_is_refused():
    records = _records(3)
    with pytest.raises(PhiError, match="do not match"):
        gate.assess(records, [()], ["a"], method="safe_harbor", output="tag")


def test_gold_in_one_source_is_no_evidence_for_another():
    simulated = _records(100).assign(source="simulated")
    own = _records(3).assign(source="clinic", spans=[[] for _ in range(3)])
    own[["record_id", "patient_key"]] += "-own"
    both = pd.concat([simulated, own], ignore_index=True)
    report = _assess(both)
    assert report.unassessed == ("clinic",)
    assert report.totals["patients"] == 100
    refused = gate.decide(report, **LIMITS)
    assert not refused.passed and "clinic" in refused.reasons[0]
    assert gate.decide(report, **LIMITS, approval="IRB 12-34").passed
    assert "Nothing of this was measured on clinic." in gate.in_words(report)
    read = review.Evidence(300, 0, 0.00994, {}, "0" * 64, "0" * 64)
    assert gate.decide(report, **LIMITS, reviewed=read).passed


def test_a_reviewed_sample_does_not_excuse_a_measured_leak():
    simulated = _records(300).assign(source="simulated")
    own = _records(3).assign(source="clinic", spans=[[] for _ in range(3)])
    own[["record_id", "patient_key"]] += "-own"
    report = _assess(pd.concat([simulated, own], ignore_index=True), spoil_frac=0.3)
    read = review.Evidence(300, 0, 0.00994, {}, "0" * 64, "0" * 64)
    assert not gate.decide(report, **LIMITS, reviewed=read).passed


def test_headline_figures_and_their_words_say_how_many_notes_leak():
    records = _records(40)
    spans = [tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold) for gold in records["spans"]]
    spans[:24] = [found[1:] for found in spans[:24]]  # 24 names left
    report = gate.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    clean = report.headline.set_index("figure").loc["clean_notes"]
    assert clean["value"] == pytest.approx(0.4)
    assert clean["low"] < 0.4 < clean["high"] and clean["n"] == 40
    words = gate.in_words(report)
    assert "Clean notes at 40 % still means leaks in 60 % of the notes." in words
    assert words.endswith("Evidence on simulated notes says nothing about a hospital's own.")
    blank = _assess(records.assign(spans=[[] for _ in range(40)]))
    assert "Nothing was measured" in gate.in_words(blank)


def test_report_headline_review_and_unassessed_sources_survive_saving(tmp_path):
    report = _assess(_records().assign(source="simulated"))
    read = review.Evidence(300, 1, 0.0157, {"NAME": 1}, "0" * 64, "1" * 64)
    path = tmp_path / "deid_report.json"
    gate.save(report, gate.decide(report, **LIMITS), path, records_files={}, reviewed=read)
    again, _ = gate.load(path)
    assert again.headline["figure"].tolist() == report.headline["figure"].tolist()
    assert again.unassessed == ()
    assert json.loads(path.read_text())["review"]["leaking"] == 1


def test_a_report_saved_before_reviews_were_known_still_opens(tmp_path):
    path = tmp_path / "deid_report.json"
    gate.save(_assess(_records()), gate.Gate(True, ()), path, records_files={})
    content = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in content.items() if k not in ("headline", "unassessed", "review")}))
    assert gate.load(path)[0].headline.empty


def test_people_may_read_records_only_on_evidence_and_not_on_an_approval(tmp_path):
    path, bare = tmp_path / "deid_report.json", _records().assign(spans=[[] for _ in range(100)])
    report = _assess(bare)
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
    measured = _assess(_records())
    gate.save(measured, gate.decide(measured, **LIMITS), path, records_files={})
    assert gate.require_evidence(path, records_files={}, has_real_persons=True).passed
