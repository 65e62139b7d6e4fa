import sys

import pytest

from helpers import cli
from helpers.core import data_cards, paths

WHOLE = """--title Letters --licence agreement --source hospital --release 2024 --cite none --legal-basis authorization
    --approval IRB-1 --expires never --use train --use evaluate --persons real --identifiers --deidentification identified
    --what a --typical b --atypical c --limits d""".split()


@pytest.fixture
def card(clintune, tmp_path):
    """Call `clintune card` on a folder of its own."""
    return lambda *arguments: clintune("card", *arguments, "--folder", tmp_path)


def test_a_whole_card_is_written_and_is_in_force(card, tmp_path):
    code, said, _ = card("new", "letters", *WHOLE)
    assert code == 0 and "Still to fill in" not in said and "As in the template" not in said
    assert f"clintune card check letters --folder {tmp_path}" in said
    code, said, _ = card("check", "letters")
    assert code == 0 and "in force" in said and "no end" in said


def test_a_card_with_gaps_says_what_is_still_to_do_and_does_not_pass(card):
    code, said, _ = card("new", "letters", "--title", "Letters")
    assert code == 0 and "Still to fill in: licence" in said
    assert "look whether it holds: legal_basis, expires, permitted_uses" in said
    code, said, err = card("check")
    assert code == 1 and "to mend" in said and "letters is not filled in: licence" in err


def test_cards_that_are_expired_missing_or_broken_are_named_and_whole_ones_are_not(card, tmp_path):
    card("new", "old", *[word if word != "never" else "2020-01-31" for word in WHOLE])
    card("new", "good", *WHOLE)
    (tmp_path / "broken.md").write_text("# no front matter")
    code, said, err = card("check", "old", "good", "broken", "absent")
    assert code == 1 and said.count("in force") == 1
    for part in ("old's approval expired on 2020-01-31", "broken has no front matter", "absent has no data card"):
        assert part in err
    assert "3 data card problem(s)" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["new", "letters", "--expires", "soon"], "--expires is no day"),
        (["new", "letters", "--persons", "none"], "data without persons contain no identifiers"),
        (["new", "Letters"], "name does not fit"),
        (["check"], "There is no data card"),
    ],
)
def test_what_does_not_hold_is_one_message_and_exit_code_1(card, tmp_path, arguments, says):
    code, _, err = card(*arguments)
    assert code == 1 and err.startswith("ApprovalError: ") and says in err
    assert list(tmp_path.iterdir()) == []


def test_a_card_is_not_overwritten(card, tmp_path):
    card("new", "letters", *WHOLE)
    before = (tmp_path / "letters.md").read_bytes()
    code, _, err = card("new", "letters", "--title", "Other")
    assert code == 1 and "already" in err and (tmp_path / "letters.md").read_bytes() == before


def test_the_kits_own_cards_are_in_force(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["clintune", "card", "check"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    assert capsys.readouterr().out.count("in force") == len(list(paths.DATA_CARDS.glob("*.md"))) - 1


def test_hosts_that_may_be_asked_stand_on_the_card(card, tmp_path):
    assert card("new", "asked", *WHOLE, "--host", "fhir.example.org", "--host", "b.example.org")[0] == 0
    assert data_cards.read(tmp_path / "asked.md").hosts == ("fhir.example.org", "b.example.org")
