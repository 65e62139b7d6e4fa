import pytest

from helpers.lm import models, tagging

O, B, I, SKIP = 0, 1, 2, tagging.NOT_COUNTED  # noqa: E741


@pytest.mark.parametrize(
    ("text", "places", "wanted"),
    [
        ("colon cancer and ataxia", [(0, 12), (17, 23)], "colon cancer|ataxia"),
        ("T-cell leukaemia.", [(0, 16)], "T-cell leukaemia"),
        ("ataxia ataxia", [(0, 6), (7, 13)], "ataxia|ataxia"),  # two that touch stay two
        ("nothing here", [], ""),
    ],
)
def test_places_become_tags_and_tags_become_the_same_places(text, places, wanted):
    tokenizer = models.load_plain_tokenizer("minilm")
    batch = tokenizer([text], return_offsets_mapping=True)
    words, offsets = batch.word_ids(0), batch["offset_mapping"][0]
    found = tagging.tags(words, offsets, places)
    heads = tagging.first_of_words(words)
    assert [tag == SKIP for tag in found] == [at not in heads for at in range(len(words))]
    last = {word: at for at, word in enumerate(words) if word is not None}
    spread = [(offsets[at][0], offsets[last[words[at]]][1]) for at in heads]
    back = tagging.spans([found[at] for at in heads], spread)
    assert back == places
    assert "|".join(text[start:end] for start, end in back) == wanted


def test_a_long_word_has_one_tag_at_its_first_piece():
    tokenizer = models.load_plain_tokenizer("minilm")
    batch = tokenizer(["adrenoleukodystrophy"], return_offsets_mapping=True)
    assert len(batch["input_ids"][0]) > 4
    found = tagging.tags(batch.word_ids(0), batch["offset_mapping"][0], [(0, 20)])
    assert found == [SKIP, B] + [SKIP] * (len(found) - 2)


def test_an_inside_tag_after_outside_begins_a_mention():
    places = [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert tagging.spans([I, O, B, I], places) == [(0, 1), (4, 7)]
    assert tagging.spans([B, B, O, I], places) == [(0, 1), (2, 3), (6, 7)]
    assert tagging.spans([], []) == []
