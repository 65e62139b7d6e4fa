import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.evaluate import compare, examples, mention_examples, pictures

SAID = [  # text, gold, answer
    ("Fever and dry cough.", "fever\ndry cough", "Fever\ncough"),
    ("No rash, no fever.", "rash\nfever", "rash\nfever"),
    ("Cough, then cough again.", "cough\ncough", "cough"),
    ("She walks.", "none", "none"),
    ("He runs with asthma.", "asthma", "diabetes\nrunning"),
    ("It rains.", "none", "rain"),
]


@pytest.fixture
def said():
    return records.to_frame(
        {"record_id": f"s{i}", "group": f"g{i // 2}", "kind": "journal", "source": "made_up", "text": text,
         "references": [gold]}
        for i, (text, gold, _) in enumerate(SAID)
    )  # fmt: skip


@pytest.fixture
def answers(said, wording):
    return wording(said, [answer for *_, answer in SAID])


def test_extraction_is_scored_by_the_micro_average_of_exact_mentions(said, answers):
    found = compare.score(answers.sample(frac=1.0, random_state=1), said, kind="extraction")
    assert found["score"].tolist() == pytest.approx([0.5, 1, 2 / 3, 1, 0, 0])
    assert found["weight"].tolist() == [4, 4, 3, 0, 3, 1]
    # by hand: 4 right, 8 named, 7 to be named
    table = compare.table({"one": answers}, said, kind="extraction", bootstrap=200, seed=1).iloc[0]
    assert table["entity_f1"] == pytest.approx(2 * 4 / (8 + 7))
    assert (table["precision"], table["recall"]) == (4 / 8, 4 / 7)
    assert table["exact_record_frac"] == 2 / 6
    assert table["not_in_text_frac"] == pytest.approx(2 / 8)  # diabetes and running; rain is a part of a word
    assert table["low"] < table["entity_f1"] < table["high"] and table["n_groups"] == 3


def test_an_abstained_extraction_names_nothing(said, answers):
    answers["abstained"] = True
    found = compare.score(answers, said, kind="extraction")
    assert found["score"].tolist() == [0, 0, 0, 1, 0, 1] and found["weight"].tolist() == [2, 2, 2, 0, 1, 0]


def test_test_records_without_any_mention_are_refused(said, wording):
    nothing = said.assign(references=[["none"]] * len(said))
    with pytest.raises(RecordError, match="None of 6 test records holds a mention"):
        compare.score(wording(nothing, ["none"] * 6), nothing, kind="extraction")


def test_the_records_at_both_ends_are_told_with_their_errors(said, answers):
    found = mention_examples.of_records(answers, said, show_text=True, top=2)
    assert found["record_id"].tolist() == ["s1", "s2", "s4", "s5"]
    assert found["side"].tolist() == ["best", "best", "worst", "worst"]
    assert found.loc[2, ["right", "boundary", "invented", "missed"]].tolist() == [0, 0, 2, 1]
    assert found.loc[2, ["expected", "answer"]].tolist() == ["asthma", "diabetes; running"]


def test_the_commonest_errors_are_counted(said, answers):
    found = mention_examples.commonest(answers, said)
    missed = found[found["side"] == "missed"].set_index("mention")["n"].to_dict()
    assert missed == {"asthma": 1, "cough": 1, "dry cough": 1}
    assert set(found.loc[found["side"] == "named wrongly", "mention"]) == {"cough", "diabetes", "running", "rain"}


def test_no_word_of_a_record_is_shown_where_a_card_forbids_it(said, answers):
    shown = examples.tables(answers, said, kind="extraction", min_n=1, show_text=False)
    assert list(shown) == ["Best and worst records"]
    assert not {"text", "expected", "answer"} & set(shown["Best and worst records"][0].columns)
    assert "Missed and named wrongly" in examples.tables(answers, said, kind="extraction", min_n=1, show_text=True)


def test_the_picture_counts_every_mention_of_every_model_once(said, answers, wording):
    both = {"tuned": answers, "none": wording(said, ["none"] * 6)}
    picture = pictures.diagnostics(both, said, kind="extraction", tuned="tuned", base="none")[0]
    counted = picture.data.set_index(["name", "outcome"])["count"]
    assert counted["tuned"].to_dict() == {"right": 4, "too long or short": 1, "missed": 2, "invented": 3}
    assert counted["none"].to_dict() == {"right": 0, "too long or short": 0, "missed": 7, "invented": 0}
    assert len(picture.draw(picture.data).patches) == 8
    table = compare.table(both, said, kind="extraction", bootstrap=200, seed=1)
    drawn = pictures.comparison(table, kind="extraction", where="on 6 records")
    assert drawn.draw(drawn.data).get_title("left") == "Entity F1 on 6 records"
