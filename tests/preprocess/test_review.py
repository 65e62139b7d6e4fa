import csv
import io

import pandas as pd
import pytest

from helpers.clinical.deid.spans import Span
from helpers.core import records as schema
from helpers.core.errors import PhiError
from helpers.metrics import intervals
from helpers.preprocess import gate, leak_report, review

LIMITS = {"max_patient_leak_frac": 0.08, "max_class_leak_frac": 0.03, "min_term_retention": 0.9}


def _records(patients=60, *, records_each=1, **more):
    rows = [
        {
            "record_id": f"r{i}-{j}",
            "patient_key": f"mrn-{i}",
            "kind": "clinical_note",
            "source": "clinic",
            "style": ("letter", "log", "form")[i % 3],
            "text": f"Quillon {i} saw Mossley: Ataxia and Ptosis, visit {j}.",
        }
        | more
        for i in range(patients)
        for j in range(records_each)
    ]
    return schema.to_frame(rows)


def _found(records):
    return [(Span(0, 7, "NAME", "rules"),)] * len(records)


def _sheet(records=None, n=20, seed=1):
    records = _records() if records is None else records
    return review.sample(records, _found(records), n=n, seed=seed)


def _filled(sheet, leaks=()):
    """`leaks`: row -> labels."""
    leaks = dict(leaks)
    return sheet.assign(
        leak=["yes" if i in leaks else "no" for i in range(len(sheet))],
        leaked_label=[leaks.get(i, "") for i in range(len(sheet))],
    )


def _saved(sheet, tmp_path):
    return review.write(sheet, tmp_path / "filled.csv")


def test_each_row_is_a_patient_with_all_records_and_what_was_found_in_brackets():
    records = _records(6, records_each=2)
    sheet = _sheet(records, n=6)
    assert tuple(sheet.columns) == review.COLUMNS
    assert sheet["review_id"].is_unique and len(sheet) == 6
    for text in sheet["text"]:
        assert text.count("[NAME]") == 2 and "Quillon" not in text
        assert "visit 0" in text and "visit 1" in text
        assert "Mossley" in text  # what the engine missed must stay for the reader to see
    assert not sheet.drop(columns="text").astype(str).apply(lambda c: c.str.contains("mrn-")).any().any()


def test_the_draw_depends_on_the_seed_and_not_on_the_order_of_the_rows():
    records = _records()
    one = _sheet(records)
    assert _sheet(records.iloc[::-1].reset_index(drop=True)).equals(one)
    assert set(_sheet(records, seed=2)["text"]) != set(one["text"])


def test_every_style_has_its_share_and_a_small_source_is_taken_whole():
    records = _records(90)
    texts = set(_sheet(records, n=30)["text"])
    style = dict(zip(records["text"].str.replace("Quillon", "[NAME]"), records["style"], strict=True))
    assert pd.Series([style[text] for text in texts]).value_counts().to_dict() == {"letter": 10, "log": 10, "form": 10}
    assert len(_sheet(_records(5), n=300)) == 5


def test_over_many_draws_each_patient_is_drawn_about_equally_often():
    records = _records(10)
    drawn = pd.Series([text for seed in range(200) for text in _sheet(records, n=3, seed=seed)["text"]]).value_counts()
    assert len(drawn) == 10
    assert drawn.between(35, 90).all()  # 60 expected


def test_only_patients_of_sources_without_gold_spans_are_drawn():
    known = _records(5, source="simulated", spans=[{"start": 0, "end": 7, "label": "NAME"}])
    known["record_id"] += "k"
    own = _records(5)
    both = pd.concat([known, own], ignore_index=True)
    assert review.sources_without_gold(both) == ("clinic",)
    assert len(_sheet(both, n=99)) == 5
    assert _sheet(known).empty and tuple(_sheet(known).columns) == review.COLUMNS
    assert _sheet(_records(5, kind="journal")).empty


def test_the_file_is_private_opens_as_text_and_is_not_made_for_nothing(tmp_path):
    path = _saved(_sheet(_records(3, text="=HYPERLINK(1) was said by Zoë"), n=3), tmp_path)
    path_mode = path.stat().st_mode & 0o777
    assert path_mode == 0o600
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert all(not row["text"].startswith("=") for row in rows)
    bare = review.sample(_records(3, text="=1+1 is two"), [()] * 3, n=3, seed=1)
    review.write(bare, path)
    assert "'=1+1" in path.read_text(encoding="utf-8-sig")
    assert review.write(bare[:0], tmp_path / "none.csv") is None
    assert not (tmp_path / "none.csv").exists()


def test_a_filled_in_sheet_gives_counts_and_the_exact_bound(tmp_path):
    sheet = _sheet(n=20)
    found = review.evidence(_saved(_filled(sheet, {3: "NAME", 7: "date, name NAME"}), tmp_path), sampled=sheet)
    assert (found.reviewed, found.leaking) == (20, 2)
    assert found.by_label == {"DATE": 1, "NAME": 3}
    assert found.high == intervals.clopper_pearson_upper(2, 20)
    assert found.records == sheet["records"].iloc[0]


def test_no_leak_in_300_patients_bounds_their_share_below_one_percent(tmp_path):
    sheet = _sheet(_records(300), n=300)
    found = review.evidence(_saved(_filled(sheet), tmp_path), sampled=sheet)
    assert found.leaking == 0 and found.high < 0.01


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_in_any_order_other_separators_and_words_for_yes_are_understood(tmp_path, mark):
    sheet = _sheet(n=6)
    filled = _filled(sheet, {0: "MRN"}).iloc[::-1].assign(leak=lambda f: f["leak"].replace({"yes": " Y ", "no": "No"}))
    path = tmp_path / "from_a_spreadsheet.csv"
    filled.to_csv(path, index=False, sep=mark, lineterminator="\r\n")
    assert review.evidence(path, sampled=sheet).by_label == {"MRN": 1}


def test_no_sheet_is_no_evidence():
    assert review.evidence("", sampled=_sheet()) is None


def test_a_sheet_of_other_records_or_of_another_engine_is_refused(tmp_path):
    sheet = _sheet()
    path = _saved(_filled(sheet), tmp_path)
    with pytest.raises(PhiError, match="other records"):
        review.evidence(path, sampled=_sheet(_records(61)))
    records = _records()
    stricter = review.sample(records, [(Span(0, 9, "NAME", "rules"),)] * 60, n=20, seed=1)
    with pytest.raises(PhiError, match="other records"):
        review.evidence(path, sampled=stricter)


def _without_a_row(sheet):
    return sheet[1:]


def _with_a_row_twice(sheet):
    return pd.concat([sheet, sheet[:1]])


def _with_a_foreign_row(sheet):
    return sheet.assign(review_id=["abc", *sheet["review_id"][1:]])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_without_a_row, "1 missing"),
        (_with_a_row_twice, "1 repeated"),
        (_with_a_foreign_row, "1 missing, 1 foreign"),
        (lambda s: s.assign(leak=""), "Row 2 .*no answer"),
        (lambda s: s.assign(leak="Mossley?"), "no answer"),
        (lambda s: s.assign(leak="yes"), "do not fit"),
        (lambda s: s.assign(leaked_label="NAME"), "do not fit"),
        (lambda s: s.assign(leak="yes", leaked_label="MOSSLEY"), "1 of them unknown"),
        (lambda s: s.drop(columns="leak"), "lacks columns"),
        (lambda s: s[:0], "lacks columns"),
        (lambda s: s.assign(records="of Mossley"), "no SHA-256"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said_without_quoting_it(tmp_path, change, says):
    sheet = _sheet(n=5)
    path = tmp_path / "s.csv"
    change(_filled(sheet)).to_csv(path, index=False)
    with pytest.raises(PhiError, match=says) as error:
        review.evidence(path, sampled=sheet)
    assert "mossley" not in str(error.value).lower()
    assert "Expected:" in str(error.value) and "Remedy:" in str(error.value)


def test_missing_binary_and_superfluous_sheets_are_refused(tmp_path):
    sheet = _sheet(n=5)
    with pytest.raises(PhiError, match="no review sheet"):
        review.evidence(tmp_path / "none.csv", sampled=sheet)
    (tmp_path / "s.xlsx").write_bytes(b"PK\3\4 and more")
    with pytest.raises(PhiError, match="no CSV"):
        review.evidence(tmp_path / "s.xlsx", sampled=sheet)
    with pytest.raises(PhiError, match="nothing to review"):
        review.evidence(_saved(_filled(sheet), tmp_path), sampled=sheet[:0])


def test_a_text_longer_than_a_csv_field_usually_may_be_is_read(tmp_path):
    records = _records(2, text="Quillon " + "ataxia " * 40_000)
    sheet = _sheet(records, n=2)
    assert review.evidence(_saved(_filled(sheet), tmp_path), sampled=sheet).reviewed == 2


@pytest.mark.parametrize(("leaks", "passes"), [({}, True), ({0: "NAME", 1: "MRN"}, False)])
def test_the_gate_takes_a_reviewed_sample_for_gold_spans(tmp_path, leaks, passes):
    records = _records(60)
    sheet = _sheet(records, n=60)
    found = review.evidence(_saved(_filled(sheet, leaks), tmp_path), sampled=sheet)
    report = leak_report.assess(records, _found(records), records["text"], method="safe_harbor", output="tag")
    decision = gate.decide(report, **LIMITS, reviewed=found)
    assert decision.passed is passes
    assert f"{len(leaks)} of 60 reviewed patients" in decision.reasons[0]
    assert not gate.decide(report, **LIMITS).passed


def test_a_review_that_found_leaks_outweighs_an_approval(tmp_path):
    records = _records(60)
    sheet = _sheet(records, n=60)
    found = review.evidence(_saved(_filled(sheet, dict.fromkeys(range(9), "NAME")), tmp_path), sampled=sheet)
    report = leak_report.assess(records, _found(records), records["text"], method="safe_harbor", output="tag")
    assert not gate.decide(report, **LIMITS, reviewed=found, approval="IRB 1").passed
