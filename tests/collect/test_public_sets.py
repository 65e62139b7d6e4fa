"""Public sets without a recipe: a source block alone reads them; skipped, visibly, where they are absent.

What they hold is counted here once more, with the standard library alone.
"""

import csv
import json
from collections import Counter
from xml.etree import ElementTree

import pytest

from helpers.collect import sources
from helpers.core import task_sources
from helpers.preprocess import cleaning


@pytest.fixture
def public(shared):
    """The folder of a public set by its name."""

    def find(name):
        if not (shared / "data" / name).is_dir():
            pytest.skip(f"no {name} under CLINTUNE_SHARED or ../shared")
        return shared / "data" / name

    return find


def _gather(folder, path, columns, **more):
    block = {"card": "public", "kind": "table", "path": str(path), "columns": columns} | more
    records, aside = sources.gather([task_sources.Source(**block)], folder=folder, seed=1)
    return records, aside["reason"].value_counts().to_dict()


def _without_repeats(rows):
    """Distinct rows, and what the quarantine then says of the others."""
    distinct = Counter(rows)
    repeats = len(rows) - len(distinct)
    return distinct, {"duplicate id": repeats} if repeats else {}


def _pairs(folder):
    """Question, type, answer, focus and source of every pair, and the number of documents without any."""
    pairs, bare = [], 0
    for path in sorted(folder.glob("*/*.xml")):
        document = ElementTree.parse(path).getroot()
        here = document.findall("./QAPairs/QAPair")
        bare += not here
        focus = (document.findtext("Focus") or "").strip()
        for pair in here:
            question = pair.find("Question")
            answer = (pair.findtext("Answer") or "").strip()
            pairs.append((question.text.strip(), question.get("qtype"), answer, focus, document.get("source")))
    return pairs, bare


def test_medquad_is_read_from_its_xml_with_types_answers_and_the_focus_of_its_document(public, tmp_path):
    pairs, bare = _pairs(public("medquad"))
    columns = {"text": "Question", "labels": "Question/@qtype", "references": "Answer"}
    columns |= {"group": "/*/Focus", "style": "/*/@source"}  # one document has a root of another name
    records, aside = _gather(tmp_path, public("medquad") / "*" / "*.xml", columns, row="QAPair")
    distinct, repeats = _without_repeats(pairs)
    assert len(pairs) > 2000 and aside == repeats | {"no element QAPair": bare}
    assert not (records["provenance"].str.contains("remarks").any())
    assert len(records) == len(distinct)
    groups = records["group"].where(records["group"] != records["record_id"], "")  # without a focus, one of its own
    records = records.assign(group=groups)
    first = {"text": 0, "labels": 1, "references": 2, "group": 3, "style": 4}
    for name, at in first.items():
        said = records[name].map(lambda value: value if isinstance(value, str) else next(iter(value), ""))
        assert Counter(said) == Counter(pair[at] for pair in distinct), name


def test_medquad_as_a_generation_task_sets_questions_without_an_answer_aside(public, tmp_path):
    distinct, _ = _without_repeats([(pair[0], pair[2]) for pair in _pairs(public("medquad"))[0]])
    unanswered = sum(not answer for _, answer in distinct)
    columns = {"text": "Question", "references": "Answer"}
    records, aside = _gather(tmp_path, public("medquad") / "*" / "*.xml", columns, row="QAPair")
    assert len(records) == len(distinct) - unanswered and aside.get("no label", 0) == unanswered


@pytest.mark.parametrize(
    ("name", "answer"), [("bbbp.csv", "p_np"), ("delaney-processed.csv", "measured log solubility in mols per litre")]
)
def test_moleculenet_is_read_from_its_csv_and_its_notation_is_left_as_it_is(public, tmp_path, name, answer):
    path = public("moleculenet") / name
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(row["smiles"], row[answer]) for row in csv.DictReader(lines)]
    records, aside = _gather(tmp_path, path, {"text": "smiles", "labels": answer})
    distinct, repeats = _without_repeats(rows)
    assert len(rows) > 1000 and aside == repeats
    assert Counter(zip(records["text"], records["labels"].str[0], strict=True)) == distinct
    kept, _ = cleaning.repair(records, min_chars=1)
    clean, _ = cleaning.standardise(kept, sections=["body"], form="notation")
    assert Counter(clean["text"].str.strip()) == Counter(text.strip() for text, _ in distinct.elements())


def test_the_presidio_sentences_are_read_from_their_json_with_template_and_masked_form(public, tmp_path):
    path = public("deid_presidio_synth") / "synth_dataset_v2.json"
    rows = [(row["full_text"], row["masked"], row["template_id"]) for row in json.loads(path.read_text("utf-8"))]
    columns = {"text": "full_text", "references": "masked", "group": "template_id"}
    records, aside = _gather(tmp_path, path, columns)
    distinct, repeats = _without_repeats(rows)
    assert len(rows) == 1500 and aside == repeats and not records["labels"].map(len).any()
    assert Counter(records["text"]) == Counter(text for text, _, _ in distinct)
    assert Counter(records["references"].str[0]) == Counter(masked.strip() for _, masked, _ in distinct)
    assert set(records["group"]) == {str(template) for _, _, template in distinct}
