from collections import Counter

import pytest

from helpers.clinical import text as clinical


def test_repair_mends_encoding_and_white_space_and_is_idempotent():
    broken = "caf\u00c3\u00a9\u00a0au  lait \r\n\r\n\r\n\r\nJos\u00c3\u00a9\u200b has ataxia\t \r\n"
    mended = clinical.repair(broken)
    assert mended == "café au  lait\n\nJosé has ataxia"
    assert clinical.repair(mended) == mended


@pytest.mark.parametrize(
    "broken",
    ["", "   ", "\r\n", "a\u00a0b", "\ufb01nding x\u200by", "Jos\u00c3\u00a9\r\n\r\n\r\nM\u00fcller ", "&lt;b&gt; x"],
)
def test_offsets_are_monotone_and_end_at_the_length(broken):
    mended, offsets = clinical.repair_with_offsets(broken)
    assert len(offsets) == len(broken) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(mended)


def test_offsets_find_a_name_again_after_repair():
    broken = "\ufeffSeen: \u00a0Jos\u00c3\u00a9 M\u00c3\u00bcller\r\n\r\n\r\n\r\nand his sister Zo\u00c3\u00ab today"
    mended, offsets = clinical.repair_with_offsets(broken)
    for raw, fixed in (("Jos\u00c3\u00a9 M\u00c3\u00bcller", "José Müller"), ("Zo\u00c3\u00ab", "Zoë")):
        start = broken.index(raw)
        assert mended[offsets[start] : offsets[start + len(raw)]] == fixed


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("45 y/o M w/ hx of gout", "45-year-old M with history of gout"),
        ("45 yo", "45-year-old"),
        ("glucose 140 MG/DL", "glucose 140 mg/dL"),
        ("TSH 2.1 mIU/l", "TSH 2.1 mIU/L"),
        ("potassium 4 meq/l", "potassium 4 mEq/L"),
        ("5mg, 7 Kg, 12 cms", "5 mg, 7 kg, 12 cm"),
        ("s/p repair, c/o pain", "status post repair, complains of pain"),
    ],
)
def test_units_and_abbreviations_are_written_one_way(raw, plain):
    assert clinical.normalise(raw) == plain
    assert clinical.normalise(plain) == plain


def test_words_that_contain_an_abbreviation_are_left_alone():
    assert clinical.normalise("ptosis, Tx1 domain, exhxale, opt out") == "ptosis, Tx1 domain, exhxale, opt out"


def test_each_unit_that_is_rewritten_is_counted_once_whatever_stands_around_it():
    changed = Counter()
    raw = "45 y/o, 5 mg/dl, 6 mg/dL, 20mg, 20 mg, 10 mcg, 37 deg c, 3 miu/ml, w/ pain, 70 kgs"
    plain = "45-year-old, 5 mg/dL, 6 mg/dL, 20 mg, 20 mg, 10 µg, 37 °C, 3 mIU/mL, with pain, 70 kg"
    assert clinical.normalise(raw, changed=changed) == plain
    assert changed == {"age in years": 1, "mg/dL": 1, "mg": 1, "µg": 1, "°C or °F": 1, "IU/L": 1, "with": 1, "kg": 1}
