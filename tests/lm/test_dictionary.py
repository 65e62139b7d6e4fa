import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.lm import baselines, dictionary

TEXTS = [
    "Breast cancer and AS were found.",
    "A cancer as before.",
    "Ovarian cancer, T-cell leukaemia.",
    "No cold today.",
]
GOLD = ["Breast cancer\nAS", "cancer", "Ovarian cancer\nT-cell leukaemia", "none"]


def test_the_longest_name_wins_in_any_case_and_spelling_of_the_text():
    known = dictionary.Dictionary(TEXTS, GOLD)
    assert known.find("BREAST CANCER, ovarian\ncancer; cancer of t-cell leukaemia") == [
        "BREAST CANCER",
        "ovarian\ncancer",
        "cancer",
        "t-cell leukaemia",
    ]
    assert known.find("breast cancers") == []  # whole words only
    twice = dictionary.Dictionary(["cancer of the breast", "cancer"], ["cancer of the breast", "cancer"])
    assert twice.find("a cancer") == ["cancer"] and twice.find("cancer of the") == ["cancer"]


def test_names_in_capitals_are_looked_for_in_capitals():
    known = dictionary.Dictionary(TEXTS, GOLD)
    assert known.find("AS was as severe as thought") == ["AS"]


def test_a_name_that_is_seldom_a_mention_is_left_out():
    texts = ["cold", "cold water", "cold hands", "flu", "flu week"]
    known = dictionary.Dictionary(texts, ["cold", "none", "none", "flu", "none"])
    assert known.find("cold or flu") == ["flu"]


def test_without_mentions_nothing_is_found():
    assert dictionary.Dictionary(["a"], ["none"]).find("a b c") == []


def _frame(texts, answers=()):
    answers = answers or ["none"] * len(texts)
    return records.to_frame(
        {"record_id": f"r{i}", "kind": "table", "text": text, "references": [answer]}
        for i, (text, answer) in enumerate(zip(texts, answers, strict=True))
    )


def test_baselines_of_extraction_answer_as_a_model_does():
    train, asked = _frame(TEXTS, GOLD), _frame(["AS and cancer", "nothing"])
    found = baselines.predict("dictionary of training mentions", train, asked, kind="extraction")
    assert found["text"].tolist() == ["AS\ncancer", "none"]
    assert found["label"].tolist() == ["", ""] and not any(found["probabilities"])
    nothing = baselines.predict("no mention", train, asked, kind="extraction")
    assert nothing["text"].tolist() == ["none", "none"]


def test_each_kind_has_its_own_baselines():
    assert baselines.names("extraction") == baselines.EXTRACTORS
    with pytest.raises(RecordError, match="no baseline `majority` for extraction"):
        baselines.names("extraction", ["majority"])
