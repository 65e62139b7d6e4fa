from datetime import date
from importlib.metadata import version

import pytest

from helpers.clinical import hpo
from helpers.collect import permission
from helpers.core import data_cards, paths, task_sources, tasks
from helpers.core.errors import ApprovalError, EgressError

TODAY = date(2026, 1, 1)


def card(folder, name="mine", *, drop=(), body=True, **changes):
    fields = {
        "name": name,
        "title": "My data",
        "licence": "agreement 7",
        "legal_basis": "dua",
        "citation": "{source: a hospital, release: '1', cite: none given}",
        "approval": "{reference: IRB 1, expires: 2026-06-30}",
        "permitted_uses": "[train, evaluate]",
        "persons": "real",
        "contains_identifiers": "true",
        "deidentification": "identified",
    }
    fields.update(changes)
    front = "\n".join(f"{key}: {value}" for key, value in fields.items() if key not in drop)
    text = "".join(f"\n{heading}\nwords\n" for heading in data_cards.BODY_HEADINGS) if body else "\n# x\n"
    (folder / f"{name}.md").write_text(f"---\n{front}\n---\n{text}", encoding="utf-8")


def test_a_permitted_use_returns_the_card(tmp_path):
    card(tmp_path)
    assert permission.check(["mine"], use="train", today=TODAY, folder=tmp_path)["mine"].legal_basis == "dua"


def test_an_approval_holds_on_its_last_day_and_not_after(tmp_path):
    card(tmp_path)
    permission.check(["mine"], use="train", today=date(2026, 6, 30), folder=tmp_path)
    with pytest.raises(ApprovalError, match="expired on 2026-06-30"):
        permission.check(["mine"], use="train", today=date(2026, 7, 1), folder=tmp_path)


def test_all_problems_are_named_at_once(tmp_path):
    card(tmp_path, "old", approval="{reference: IRB 1, expires: 2020-01-01}")
    card(tmp_path, "narrow", permitted_uses="[evaluate]")
    card(tmp_path, "broken", drop=("licence",))
    with pytest.raises(ApprovalError) as caught:
        permission.check(["old", "narrow", "broken", "absent"], use="train", today=TODAY, folder=tmp_path)
    message = str(caught.value)
    for part in (
        "old's approval expired",
        "narrow does not permit `train`",
        "broken is not complete",
        "licence",
        "absent has no data card",
    ):
        assert part in message
    assert "Remedy:" in message


@pytest.mark.parametrize(
    "changes",
    [
        {"legal_basis": "simulated"},
        {"legal_basis": "public"},
        {"legal_basis": "hearsay"},
        {"permitted_uses": "[]"},
        {"permitted_uses": "[train, sell]"},
        {"contains_identifiers": "false"},
        {"surprise": "1"},
        {"drop": ("approval",)},
        {"approval": "{reference: IRB 1}"},
        {"deidentification": "safe_harbor"},
        {"persons": "none"},
        {"deidentification": "not_applicable"},
        {"name_in_file": "other"},
        {"body": False},
    ],
)
def test_a_card_that_does_not_hold_together_is_refused(tmp_path, changes):
    changes = dict(changes)
    other = changes.pop("name_in_file", None)
    card(tmp_path, "mine", **changes)
    if other:
        path = tmp_path / "mine.md"
        path.write_text(path.read_text().replace("name: mine", f"name: {other}"))
    with pytest.raises(ApprovalError):
        permission.check(["mine"], use="train", today=TODAY, folder=tmp_path)


def test_a_card_beside_a_users_task_comes_before_the_kits_and_others_are_the_kits(tmp_path):
    kit, own = tmp_path / "kit", tmp_path / "study" / "data_cards"
    kit.mkdir()
    own.mkdir(parents=True)
    card(kit, "shared", title="the kit's")
    card(kit, "both", title="the kit's")
    card(own, "both", title="their own")
    found = permission.check(
        ["shared", "both"], use="train", today=TODAY, folder=kit, own_folder=str(tmp_path / "study")
    )
    assert {name: one.title for name, one in found.items()} == {"shared": "the kit's", "both": "their own"}
    assert permission.check(["both"], use="train", today=TODAY, folder=kit)["both"].title == "the kit's"


@pytest.mark.parametrize(
    ("kind", "changes", "refused"),
    [
        ("table", {}, True),
        ("journal", {}, True),
        ("clinical_note", {}, False),
        ("table", {"contains_identifiers": "false", "deidentification": "safe_harbor"}, False),
        ("table", {"persons": "simulated", "legal_basis": "simulated"}, False),
    ],
)
def test_identified_records_of_real_persons_must_be_of_a_kind_the_gate_looks_at(tmp_path, kind, changes, refused):
    card(tmp_path, **changes)
    cards = permission.check(["mine"], use="train", today=TODAY, folder=tmp_path)
    sources = [task_sources.Source(card="mine", kind=kind, path="in.csv")]
    if refused:
        with pytest.raises(ApprovalError, match=f"Found: mine as {kind}.*Remedy: write `kind: clinical_note`"):
            permission.check_kinds(sources, cards)
    else:
        permission.check_kinds(sources, cards)


@pytest.mark.parametrize(
    ("fields", "approval"),
    [
        ({"persons": "none", "legal_basis": "dua"}, "no person stands behind these records: mine"),
        ({"persons": "real", "legal_basis": "public"}, "public, and without identifiers by the card: mine"),
        ({"persons": "simulated", "legal_basis": "public"}, "public, and without identifiers by the card: mine"),
        ({"persons": "real", "legal_basis": "dua"}, ""),
        ({"persons": "simulated", "legal_basis": "simulated"}, ""),
    ],
)
def test_records_stay_as_published_only_where_the_card_says_that_there_is_nothing_to_find(tmp_path, fields, approval):
    card(tmp_path, contains_identifiers="false", deidentification="not_applicable", **fields)
    cards = permission.check(["mine"], use="train", today=TODAY, folder=tmp_path)
    assert permission.summary(cards)["deid_approval"] == approval
    sources = [task_sources.Source(card="mine", kind="table", path="in.csv", as_published=True)]
    if approval:
        permission.check_kinds(sources, cards)
    else:
        with pytest.raises(ApprovalError, match=r"Found: `as_published` for mine.*legal_basis: public"):
            permission.check_kinds(sources, cards)


def test_one_source_that_needs_evidence_takes_the_approval_from_all(tmp_path):
    card(tmp_path, "open", contains_identifiers="false", deidentification="not_applicable", legal_basis="public")
    card(tmp_path, "closed")
    card(tmp_path, "agreed", legal_basis="authorization")
    both = {name: data_cards.read(tmp_path / f"{name}.md") for name in ("open", "closed")}
    assert permission.summary(both)["deid_approval"] == ""
    both = {name: data_cards.read(tmp_path / f"{name}.md") for name in ("open", "agreed")}
    assert permission.summary(both)["deid_approval"] == "IRB 1"


def test_a_copied_template_is_not_in_force_until_it_is_filled_in(tmp_path):
    text = (paths.DATA_CARDS / "TEMPLATE.md").read_text(encoding="utf-8")
    (tmp_path / "my_source.md").write_text(text, encoding="utf-8")
    found, faults = data_cards.examine(tmp_path / "my_source.md", today=TODAY)
    assert found is not None and len(faults) == 1
    assert all(part in faults[0] for part in ("title", "citation.cite", "approval.reference", "## Known limits"))
    assert data_cards.examine(paths.DATA_CARDS / "simulated_notes.md", today=TODAY)[1] == []


def test_a_host_may_be_asked_only_if_the_card_names_it(tmp_path):
    card(tmp_path, "open", hosts="[eutils.ncbi.nlm.nih.gov]")
    card(tmp_path, "closed")
    permission.check_host("open", "eutils.ncbi.nlm.nih.gov", folder=tmp_path)
    for name, host in (("open", "ncbi.nlm.nih.gov"), ("closed", "eutils.ncbi.nlm.nih.gov")):
        with pytest.raises(EgressError, match=rf"card {name} .*Found: host {host}\. Expected: one of hosts.*Remedy"):
            permission.check_host(name, host, folder=tmp_path)
    with pytest.raises(ApprovalError, match="no data card"):
        permission.check_host("absent", "eutils.ncbi.nlm.nih.gov", folder=tmp_path)


def test_text_without_front_matter_is_refused(tmp_path):
    (tmp_path / "mine.md").write_text("# just words\n")
    with pytest.raises(ApprovalError, match="no front matter"):
        data_cards.read(tmp_path / "mine.md")


def test_real_text_may_be_shown_only_where_it_is_public(tmp_path):
    shown = "[train, display]"
    card(tmp_path, "a", permitted_uses=shown)
    card(
        tmp_path,
        "b",
        permitted_uses=shown,
        legal_basis="public",
        contains_identifiers="false",
        deidentification="safe_harbor",
    )
    card(tmp_path, "c", permitted_uses=shown, legal_basis="simulated", persons="simulated")
    assert [data_cards.read(tmp_path / f"{name}.md").is_shareable for name in "abc"] == [False, True, True]


@pytest.mark.parametrize("path", sorted(paths.DATA_CARDS.glob("*.md")), ids=lambda path: path.stem)
def test_every_card_of_the_project_is_complete(path):
    text = path.read_text(encoding="utf-8")
    assert "[More information needed]" not in text and "TODO" not in text
    if path.stem != "TEMPLATE":
        found = data_cards.read(path)
        published = {
            "b3db_molecules": (version("qc-B3DB"), "creativecommons.org/publicdomain/zero/1.0"),
            "pubmedqa": ("1cbae8e", "MIT"),
            "mts_dialog": ("3ff0801", "creativecommons.org/licenses/by/4.0"),
            "ncbi_disease": ("df0df02", "creativecommons.org/licenses/by/4.0"),
            "meqsum": ("51e36cf", "creativecommons.org/licenses/by/4.0"),
        }
        release, licence = published.get(path.stem) or (hpo.release(), "hpo.jax.org/app/license")
        assert release in found.citation.release and licence in found.licence


def test_the_template_lacks_nothing_but_its_name(tmp_path):
    text = (paths.DATA_CARDS / "TEMPLATE.md").read_text(encoding="utf-8")
    (tmp_path / "my_source.md").write_text(text, encoding="utf-8")
    assert data_cards.read(tmp_path / "my_source.md").permitted_uses == ("train", "evaluate")


@pytest.mark.parametrize("name", ["diagnosis", "drug_discovery", "patient_communication"])
def test_every_source_of_the_default_tasks_has_a_card_that_permits_its_use(name):
    cards = [source.card for source in tasks.load(name).sources]
    for use in ("train", "evaluate", "display"):
        assert set(permission.check(cards, use=use, today=TODAY)) == set(cards)
