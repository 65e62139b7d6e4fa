import pytest

from helpers.clinical import mentions


@pytest.mark.parametrize("named", [[], ["fever"], ["fever", "dry cough", "fever"]])
def test_what_is_written_is_read_again(named):
    assert mentions.read(mentions.write(named)) == named


def test_an_answer_is_read_line_by_line_without_bullets_numbers_and_blank_lines():
    said = "1. fever\n\n - dry   cough\n* type 2 diabetes\n2) 5-alpha reductase deficiency\nNone"
    assert mentions.read(said) == ["fever", "dry cough", "type 2 diabetes", "5-alpha reductase deficiency"]
    assert mentions.read("fever; cough") == ["fever; cough"]  # a list in one line is one mention, and a wrong one


def test_no_mention_is_said_in_one_word_whatever_its_case():
    assert [mentions.read(said) for said in ("none", "None.", " NONE ", "")] == [[], [], [], []]
    assert mentions.read("none of them") == ["none of them"]
    assert mentions.write(["", " "]) == mentions.NONE


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Breast Cancer", "breast  cancer", True),
        ("ataxia - telangiectasia ( A - T )", "ataxia-telangiectasia(A-T)", True),
        ("ﬁbrosis", "fibrosis", True),
        ("breast cancer", "breastcancer", False),
        ("breast cancer", "breast cancers", False),
        ("B-cell lymphoma", "B cell lymphoma", False),
    ],
)
def test_case_spacing_around_punctuation_and_compatible_characters_do_not_count(first, second, same):
    assert (mentions.key(first) == mentions.key(second)) is same


def test_mentions_are_located_as_the_text_has_them():
    text = "AS, unlike a rash, was seen; as was T-cell\nleukaemia."
    found = mentions.locate(["rash", "as", "AS", "T - cell leukaemia", "fever", "a"], text)
    assert [(one.start, one.end) for one in found[:2]] == [(13, 17), (0, 2)]
    assert (found[2].start, found[2].end) == (29, 31)
    assert text[found[3].start : found[3].end] == "T-cell\nleukaemia"
    assert (found[4].text, found[4].start, found[4].end) == ("fever", None, None)
    assert text[found[5].start : found[5].end] == "a" and found[5].start == 11


def test_more_repetitions_than_the_text_has_are_not_located():
    found = mentions.locate(["cough", "cough"], "One cough.")
    assert [one.start for one in found] == [4, None]


def test_a_part_of_a_word_is_located_where_no_whole_word_is():
    assert mentions.locate(["insuffizienz"], "Herzinsuffizienz")[0].start == 4
    assert mentions.locate(["(", "a+b"], "x a+b (")[1].start == 2  # no mark is taken for a pattern


def test_mentions_in_order_follow_each_other_and_none_overlap():
    text = "AS, as in a case of AS or as cancer of the breast; breast cancer, cancer"
    assert mentions.in_order(["AS", "breast cancer", "cancer"], text) == [(0, 2), (51, 64), (66, 72)]
    assert mentions.in_order(["rash", "cancer"], text) == [(29, 35)]
    assert mentions.in_order(["cancer"] * 5, text) == [(29, 35), (58, 64), (66, 72)]
    assert mentions.in_order([], text) == [] and mentions.in_order([""], text) == []
