import pytest
from scipy.stats import binomtest

from helpers.clinical.deid.spans import Span
from helpers.core import records as schema
from helpers.core.errors import PhiError
from helpers.preprocess import deidentify, leak_report

KEY = b"k" * 32


def made_up(count=100):
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


def assessed(records, **changes):
    clean, report = deidentify.apply(
        records, **({"method": "safe_harbor", "output": "tag", "key": KEY, "seed": 1} | changes)
    )
    return leak_report.assess(records, report.spans, clean["text"], method="safe_harbor", output="tag")


def test_leak_counts_and_intervals_equal_hand_computed_ones():
    records = made_up(40)
    spans = [tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold) for gold in records["spans"]]
    spans[0] = spans[0][1:]  # one name left
    spans[1] = spans[1][:2]  # one date left: indirect
    report = leak_report.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    names = report.leaks_by_class.set_index("label").loc["NAME"]
    assert (names["spans"], names["leaked"]) == (40, 1)
    known = binomtest(1, 40).proportion_ci(method="wilson")
    assert (names["low"], names["high"]) == pytest.approx((known.low, known.high))
    assert report.totals["patients_leaking"] == 1
    assert report.totals["notes_clean_frac"] == pytest.approx(38 / 40)
    assert set(report.by_style["leaked"]) == {1}


def test_evidence_for_other_records_is_refused():
    records = made_up(3)
    with pytest.raises(PhiError, match="do not match"):
        leak_report.assess(records, [()], ["a"], method="safe_harbor", output="tag")


def test_headline_figures_and_their_words_say_how_many_notes_leak():
    records = made_up(40)
    spans = [tuple(Span(s["start"], s["end"], s["label"], "rules") for s in gold) for gold in records["spans"]]
    spans[:24] = [found[1:] for found in spans[:24]]  # 24 names left
    report = leak_report.assess(records, spans, records["text"], method="safe_harbor", output="tag")
    clean = report.headline.set_index("figure").loc["clean_notes"]
    assert clean["value"] == pytest.approx(0.4)
    assert clean["low"] < 0.4 < clean["high"] and clean["n"] == 40
    words = leak_report.in_words(report)
    assert "Clean notes at 40 % still means leaks in 60 % of the notes." in words
    assert words.endswith("Evidence on simulated notes says nothing about a hospital's own.")
    blank = assessed(records.assign(spans=[[] for _ in range(40)]))
    assert "Nothing was measured" in leak_report.in_words(blank)
