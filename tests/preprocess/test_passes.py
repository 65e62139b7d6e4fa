"""What 02 does to many buckets is what it does to one."""

import itertools
import random

import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers.core import batches, records
from helpers.core.errors import RecordError
from helpers.preprocess import (
    cleaning,
    conflicts,
    data_report,
    deidentify,
    duplicates,
    leak_report,
    passes,
    quasi_identifiers,
    review,
    splits,
    viewer,
)

KEY = b"k" * 32
FOLDS = {"test_fold": 0, "parts": 5, "fold_parts": 1}
DEID = {"method": "safe_harbor", "output": "tag", "key": KEY, "seed": 1, "spoil_frac": 0.2}
ALIKE = {"min_jaccard": 0.8, "form": "prose"}
SECTIONS = ["findings", "history"]
WORDS = [f"word{i}" for i in range(300)]


def _row(number, rng):
    """A note of one of 25 patients: every third says what another says but for a word, one in nine the same."""
    name, code = f"Ada {('Mossley', 'Quillon', 'Odeson')[number % 3]}", f"44{number % 25:05d}"
    said = " ".join(random.Random(number // 3 if number % 3 else number).choices(WORDS, k=60))
    said = said if number % 9 else said.replace("word1", "changed", 1)
    text = f"Patient: {name}\nMRN: {code}\nSeen: 3/4/2021 in Ogden, UT\n\nFindings: {said}, seizure, ataxia."
    gold = [
        {"start": text.index(value), "end": text.index(value) + len(value), "label": label}
        for label, value in (("NAME", name), ("MRN", code), ("DATE", "3/4/2021"))
    ]
    source = "simulated" if number % 25 < 15 else "own"
    return {
        "record_id": f"r{number:03d}",
        "patient_key": f"p{number % 25:02d}",
        "kind": "clinical_note",
        "source": source,
        "style": f"s{number % 25 % 2}",
        "text": "too" if number == 7 else text,
        "labels": [rng.choice("ab")],
        "spans": gold if source == "simulated" and number != 7 else [],
        "identifiers": [{"label": "MRN", "value": code}],
        "date": "2021-03-04",
        "sex": "female",
        "age_band": "18-39",
    }


@pytest.fixture(scope="module")
def whole():
    rng = random.Random(2)
    return records.to_frame(_row(number, rng) for number in range(75))


def _written(frame, buckets, path):
    """A file of 01 with so many buckets of whole patients."""
    bucket = frame["patient_key"].str[1:].astype(int) % buckets
    batches.write((records.to_table(frame[bucket == number]) for number in range(buckets)), path)
    return path


def _run(path, folder, execution="local"):
    where = {"scratch": folder / "scratch", "execution": execution}
    repaired = passes.repair(path, min_chars=10, **FOLDS, **where)
    clean = passes.deidentify(repaired, gold_notes=12, workers=1, **DEID, **where)
    standard = passes.standardise(clean, sections=SECTIONS, **ALIKE, **where)
    files = {side: folder / f"{side}.parquet" for side in ("train", "validation", "test")}
    dropped, _ = passes.split(standard, files, **ALIKE, scratch=folder / "scratch")
    return repaired, clean, standard, files, dropped


@pytest.fixture(scope="module")
def one(whole, tmp_path_factory):
    folder = tmp_path_factory.mktemp("one")
    return _run(_written(whole, 1, folder / "records.parquet"), folder)


@pytest.fixture(scope="module")
def many(whole, tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    shuffled = whole.sample(frac=1.0, random_state=4)
    return _run(_written(shuffled, 6, folder / "records.parquet"), folder)


@pytest.fixture(scope="module")
def in_memory(whole):
    """The same steps on one frame, function by function."""
    repaired, unusable = cleaning.repair(whole, min_chars=10)
    sides = splits.assign(repaired, **FOLDS)
    clean, report = deidentify.apply(repaired, **DEID)
    standard, empty = cleaning.standardise(clean, sections=SECTIONS)
    sides = sides.set_axis(clean["record_id"]).loc[standard["record_id"]].set_axis(standard.index)
    kept, dropped = duplicates.drop(standard, split=sides, **ALIKE)
    parts = {side: kept[sides.loc[kept.index] == side] for side in ("train", "validation", "test")}
    return repaired, report, clean, parts, dropped, cleaning.counts(unusable, empty)


def _sorted(frame):
    return frame.sort_values("record_id", ignore_index=True)


def _same(left, right):
    pd.testing.assert_frame_equal(left, right, check_dtype=False)


def test_one_bucket_gives_what_the_functions_give_in_memory(one, in_memory):
    repaired, clean, standard, files, dropped = one
    before, report, after, parts, doubles, set_aside = in_memory
    for side, path in files.items():
        assert records.read(path).to_dict("list") == parts[side].to_dict("list") and len(parts[side])
    _same(dropped, doubles)
    _same(clean.counts, report.counts)
    _same(cleaning.added([repaired.set_aside, standard.set_aside]), set_aside)
    assessed = leak_report.assess(before, report.spans, after["text"], method="safe_harbor", output="tag")
    _same(leak_report.of(clean.tallies, method="safe_harbor", output="tag").headline, assessed.headline)


def test_many_buckets_give_the_records_of_one(one, many):
    for side, path in one[3].items():
        other = many[3][side]
        assert pq.read_metadata(other).num_row_groups > 1 or side != "train"
        _same(_sorted(records.read(other)), _sorted(records.read(path)))
    _same(_sorted(many[4]), _sorted(one[4]))
    assert set(one[4]["reason"]) == {"exact", "near"} and one[4]["across"].any()
    assert many[0].sides.equals(one[0].sides) and many[0].set_aside.equals(one[0].set_aside)
    assert many[0].set_aside.values.tolist() == [["simulated", "too short", 1]]


def test_many_buckets_give_the_evidence_of_one(one, many):
    reports = [leak_report.of(run[1].tallies, method="safe_harbor", output="tag") for run in (one, many)]
    for name in ("leaks_by_class", "by_style", "headline"):
        _same(getattr(reports[1], name), getattr(reports[0], name))
    assert reports[0].totals == reports[1].totals and reports[0].totals["patients_leaking"] > 0
    assert reports[0].unassessed == reports[1].unassessed == ("own",)
    _same(many[1].counts, one[1].counts)
    _same(many[1].counted, one[1].counted)
    _same(many[1].with_gold, one[1].with_gold)
    assert len(one[1].with_gold) == 12 and (many[1].scanned, one[1].scanned) == (74, 74)


def test_many_buckets_draw_the_patients_of_one_for_review(one, many, in_memory):
    sheets = [run[1].review_sheet(("own",), n=4, seed=3) for run in (one, many)]
    _same(sheets[1], sheets[0])
    before, report, *_ = in_memory
    _same(sheets[0], review.sample(before, report.spans, n=4, seed=3))
    assert len(sheets[0]) == 4 and sheets[0]["text"].str.contains(r"\[MRN\]").all()


def test_many_buckets_show_the_examples_of_one(one, many, in_memory):
    pages = [viewer.show(*run[1].examples, show_text=True).html for run in (one, many)]
    before, report, *_ = in_memory
    assert pages[0] == pages[1] == viewer.show(before, report.spans, show_text=True).html
    counted = viewer.show(*many[1].examples, show_text=False, counted=many[1].counted)
    _same(counted, viewer.show(before, report.spans, show_text=False))


def test_many_buckets_single_out_the_patients_of_one(one, many):
    reports = [quasi_identifiers.assess(batches.frames(*run[3].values())) for run in (one, many)]
    _same(reports[1].steps, reports[0].steps)
    _same(reports[1].sizes, reports[0].sizes)
    assert reports[0].totals()["smallest_k"] > 0


def test_files_of_a_split_are_checked_a_batch_at_a_time(many):
    counted = splits.check_files(many[3])
    loaded = splits.check(**{side: records.read(path) for side, path in many[3].items()})
    _same(counted, loaded)
    assert (counted["texts"] == counted["records"]).all() and counted["records"].min() > 0


def test_texts_are_left_alone_where_the_scan_is_off_but_ids_are_not(whole, tmp_path):
    where = {"scratch": tmp_path / "scratch"}
    repaired = passes.repair(_written(whole, 3, tmp_path / "records.parquet"), min_chars=10, **FOLDS, **where)
    clean = passes.deidentify(repaired, gold_notes=1, scan=False, **DEID, **where)
    after = pd.concat(batches.frames(*clean.files))
    assert set(after["text"]) == {text for text in whole["text"] if len(text) > 10}
    assert not set(after["record_id"]) & set(whole["record_id"]) and not after["spans"].map(len).any()
    assert clean.scanned == 0 and clean.counts.empty
    report = leak_report.of(clean.tallies, method="safe_harbor", output="tag")
    assert report.totals["patient_leak_frac"] == 1  # what gold spans say of it is said


def test_no_usable_record_is_an_error_with_reasons_and_no_text(whole, tmp_path):
    path = _written(whole, 2, tmp_path / "records.parquet")
    with pytest.raises(RecordError, match=r"No record can be used.*too short: 75") as caught:
        passes.repair(path, min_chars=100_000, **FOLDS, scratch=tmp_path / "scratch")
    assert "Mossley" not in str(caught.value)


def test_a_validation_set_published_in_one_bucket_counts_in_all(whole, tmp_path):
    said = whole.assign(source="theirs", published_split="train").drop(index=7)
    said.loc[said["patient_key"] == "p03", "published_split"] = "validation"
    for name, frame, sides in (
        ("theirs", said, {"train", "validation"}),
        ("carved", said.assign(published_split="train"), None),
    ):
        path = _written(frame, 6, tmp_path / f"{name}.parquet")
        repaired = passes.repair(path, min_chars=10, **FOLDS, scratch=tmp_path / name)
        found = pd.concat(pd.read_parquet(file) for file in repaired.files)
        given = found.set_index("record_id")["side"]
        assert given.to_dict() == dict(zip(frame["record_id"], splits.assign(frame, **FOLDS), strict=True))
        assert sides is None or (given[found["patient_key"].to_numpy() == "p03"] == "validation").all()


def test_what_the_data_are_like_does_not_depend_on_the_buckets(one, many, in_memory):
    counted = [data_report.count(run[3], prompt="Say:") for run in (one, many)]
    assert counted[0] == counted[1] and sum(counted[0].records.values()) == sum(map(len, in_memory[3].values()))
    for run in (one, many):
        assert run[0].changed == one[0].changed and run[2].changed == one[2].changed
        _same(run[2].shared, one[2].shared)
        _same(run[2].copied, one[2].copied)


def _planted(whole):
    """Notes of words of their own, half of them with a disclaimer, and two same texts with different labels."""
    said = "\nThis letter is meant for the addressee alone and must not be passed on."
    words = ["".join(pair) for pair in itertools.product("bdfgklmnp", "aeiou", "stvxz")]
    texts = [
        f"Findings: {' '.join(random.Random(number).choices(words, k=30))}." + said * (number % 2)
        for number in range(len(whole))
    ]
    texts[1] = texts[2] = "Findings: the very same words in two notes, and no more."
    labels = [["b" if number == 2 else "a"] for number in range(len(whole))]
    return whole.assign(text=texts, labels=labels, spans=[[] for _ in texts])


def test_a_mention_that_stood_in_boilerplate_goes_with_its_record(whole, tmp_path):
    named = [["addressee" if number % 2 else "none"] for number in range(len(whole))]
    planted = _planted(whole).assign(references=named)
    path = _written(planted[~planted["text"].duplicated(keep=False)], 1, tmp_path / "records.parquet")
    repaired = passes.repair(path, min_chars=10, **FOLDS, scratch=tmp_path)
    clean = passes.deidentify(repaired, gold_notes=1, scan=False, **DEID, scratch=tmp_path)
    options = {"sections": [], "kind": "extraction", "scratch": tmp_path, **ALIKE}
    kept, removed = (passes.standardise(clean, boilerplate=choice, **options) for choice in ("report", "remove"))
    assert kept.set_aside.empty
    assert set(removed.set_aside["reason"]) == {cleaning.LOST}
    assert removed.set_aside["records"].sum() == planted["text"].str.contains("addressee").sum()


@pytest.mark.parametrize("buckets", [1, 6])
def test_boilerplate_and_disagreeing_labels_are_left_or_taken_out_as_the_profile_says(whole, tmp_path, buckets):
    path = _written(_planted(whole), buckets, tmp_path / "records.parquet")
    texts, ids = {}, {}
    for choice, conflict in (("report", "keep"), ("remove", "drop")):
        scratch = tmp_path / choice
        repaired = passes.repair(path, min_chars=10, **FOLDS, scratch=scratch)
        clean = passes.deidentify(repaired, gold_notes=1, scan=False, **DEID, scratch=scratch)
        standard = passes.standardise(clean, sections=SECTIONS, **ALIKE, scratch=scratch, boilerplate=choice)
        assert standard.shared[["words", "sampled"]].values.tolist() == [[14, 30], [14, 45]]
        files = {side: scratch / f"{side}.parquet" for side in ("train", "validation", "test")}
        dropped, unclear = passes.split(standard, files, **ALIKE, scratch=scratch, label_conflicts=conflict)
        assert conflicts.by_labels(dropped)["records"].tolist() == [1]
        kept = pd.concat(records.read(file) for file in files.values())
        texts[choice], ids[choice] = kept["text"], set(kept["record_id"])
        assert unclear["records"].sum() == (conflict == "drop")
    assert texts["report"].str.contains("addressee").any() and not texts["remove"].str.contains("addressee").any()
    assert not texts["remove"].str.contains("very same").any()
    assert ids["remove"] < ids["report"]


@pytest.mark.slow
def test_two_ray_workers_write_the_files_that_this_machine_writes(whole, many, tmp_path, two_ray_workers):
    path = _written(whole.sample(frac=1.0, random_state=4), 6, tmp_path / "records.parquet")
    spread = _run(path, tmp_path, execution="ray")
    for side, file in many[3].items():
        assert pq.read_table(spread[3][side]).equals(pq.read_table(file))
    _same(spread[4], many[4])
    reports = [leak_report.of(run[1].tallies, method="safe_harbor", output="tag") for run in (spread, many)]
    assert reports[0].totals == reports[1].totals
    _same(*(run[1].review_sheet(("own",), n=4, seed=3) for run in (spread, many)))
