from datetime import date

import pytest

from helpers.collect import cards, permission
from helpers.core import data_cards
from helpers.core.errors import ApprovalError

FIELDS = {
    "title": 'Letters: "after stroke" # 2024',
    "licence": "agreement 7",
    "source": "a hospital",
    "release": "2024-05-01",
    "cite": "none given",
    "legal_basis": "authorization",
    "reference": "IRB 1",
    "expires": date(2030, 1, 31),
    "permitted_uses": ["train", "evaluate"],
    "persons": "real",
    "contains_identifiers": True,
    "deidentification": "identified",
}
SECTIONS = {heading: f"Words on {heading[3:]}.\n\nMore." for heading in data_cards.BODY_HEADINGS}


def test_a_card_given_whole_is_complete_and_says_what_was_given(tmp_path):
    path, unfilled = cards.new("letters", tmp_path / "data_cards", fields=FIELDS, sections=SECTIONS)
    assert path == tmp_path / "data_cards" / "letters.md" and unfilled == []
    card = data_cards.read(path)
    assert (card.title, card.approval.expires, card.citation.release) == (
        FIELDS["title"],
        date(2030, 1, 31),
        "2024-05-01",
    )
    assert card.permitted_uses == ("train", "evaluate") and card.legal_basis == "authorization"
    text = path.read_text(encoding="utf-8")
    assert text.count("More.") == 4 and "Describe one" not in text and f"# {FIELDS['title']}\n" in text


def test_what_is_left_out_is_named_and_forbids_every_use_until_it_is_filled_in(tmp_path):
    path, unfilled = cards.new("letters", tmp_path, fields={"title": "Letters"}, sections={"## What it is": "Letters."})
    assert unfilled == [
        "licence", "citation.source", "citation.release", "citation.cite", "approval.reference",
        "## Typical example", "## Atypical example", "## Known limits",
    ]  # fmt: skip
    with pytest.raises(ApprovalError, match="letters is not filled in: licence"):
        permission.check(["letters"], use="train", today=date(2026, 1, 1), folder=tmp_path)
    path.unlink()
    cards.new("letters", tmp_path, fields=FIELDS, sections=SECTIONS)
    assert permission.check(["letters"], use="train", today=date(2026, 1, 1), folder=tmp_path)


def test_no_end_of_an_approval_is_written_as_such(tmp_path):
    path, _ = cards.new("letters", tmp_path, fields=FIELDS | {"expires": None}, sections=SECTIONS)
    assert data_cards.read(path).approval.expires is None


def test_a_card_is_never_overwritten(tmp_path):
    (tmp_path / "letters.md").write_text("mine")
    with pytest.raises(ApprovalError, match="There is a data card letters already"):
        cards.new("letters", tmp_path, fields=FIELDS, sections=SECTIONS)
    assert (tmp_path / "letters.md").read_text() == "mine"


@pytest.mark.parametrize("wrong", [{"persons": "none"}, {"legal_basis": "hearsay"}, {"permitted_uses": ["sell"]}])
def test_fields_that_do_not_hold_together_leave_no_card(tmp_path, wrong):
    with pytest.raises(ApprovalError, match="not complete"):
        cards.new("letters", tmp_path / "data_cards", fields=FIELDS | wrong, sections=SECTIONS)
    assert not (tmp_path / "data_cards").exists()


@pytest.mark.parametrize("name", ["Letters", "../letters", "my-letters", ""])
def test_a_name_that_no_task_could_use_is_refused(tmp_path, name):
    with pytest.raises(ApprovalError, match="name does not fit"):
        cards.new(name, tmp_path, fields=FIELDS, sections=SECTIONS)
