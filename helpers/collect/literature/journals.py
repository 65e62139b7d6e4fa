"""Journal knowledge: statements as JSON lines, PubMed and JATS XML, or PubMed itself.

Fields of a JSON line: `id`, `text` and `label` are needed; `group`, `date` and `provenance` (an object, such as PMIDs
and the release of a database) are optional. Publications are provenance and never part of the text.

XML (`.xml`, `.nxml`, also `.gz`) is PubMed's where the root is `PubmedArticleSet`, and JATS where it is `article`. A
path `pubmed:<query>` or `pubmed:ids:<id>,<id>` asks PubMed (`pubmed_query`), where the data card allows it. Articles
carry no label: `answer` says where it stands, such as {terms: {Asthma: asthma}} or {sections: [Conclusions]}. Of several
versions of a citation the one in the file whose name sorts last is read, as PubMed numbers its files.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from helpers.collect import intake, xml_files
from helpers.collect.literature import articles, eutils, jats, pubmed, pubmed_query
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.task_sources import Answer

PUBMED = "pubmed:"


def rows(
    path: Path | str,
    *,
    source: str,
    answer: Answer | None = None,
    needs_answer: bool = True,
    cache: Path | None = None,
    cards: Path = paths.DATA_CARDS,
) -> Iterator[intake.Row]:
    """Every statement and article of a file, of all of a folder, or that PubMed finds, and what it did not find.

    Args:
        path: Path, or text that begins with `pubmed:`.
        source: Name of the data card.
        answer: Where the label or reference of an article stands.
        needs_answer: Whether articles without label and reference are of no use; False is for text to go on
            pre-training with.
        cache: Folder where answers of PubMed are kept.
        cards: Folder of the data cards.

    Raises:
        RecordError: If there are articles and `answer` is wanting, or PubMed is asked and `cache` is wanting.
        EgressError, ApprovalError, StageError: As `pubmed_query.collect`.
    """
    remote = str(path).startswith(PUBMED)
    lines, xml = ([], []) if remote else _files(Path(path))
    if needs_answer and answer is None and (remote or xml):
        raise RecordError(
            f"The articles of `{source}` have no answer",
            found="PubMed" if remote else f"{len(xml)} XML files",
            expected="answer: {terms: {<MeSH heading>: <label>}} or answer: {sections: [<heading>]}",
            remedy="add one of them to the source in the task",
        )
    if remote and cache is None:
        raise RecordError("A query of PubMed has nowhere to keep the answers", expected="a folder `cache`")
    found = _from_pubmed(str(path), source, answer, cache, cards) if remote else _articles(xml, answer)
    return chain(chain.from_iterable(_statements(file) for file in lines), found)


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    """Files of JSON lines, and files of XML, the last in the order of names first."""
    if path.is_file():
        return ([], [path]) if path.name.endswith(xml_files.SUFFIXES) else ([path], [])
    xml = [file for file in path.iterdir() if file.name.endswith(xml_files.SUFFIXES)]
    return intake.files(path, "*.jsonl"), sorted(xml, reverse=True)


def _from_pubmed(
    path: str, source: str, answer: Answer | None, cache: Path | None, cards: Path
) -> Iterator[intake.Row]:
    query = path.removeprefix(PUBMED).strip()
    found = pubmed_query.collect(query, cache, card=source, settings=eutils.settings(), cards=cards)
    yield from _articles(found.files, answer, name="PubMed")
    for _ in found.ignored:
        yield intake.Row("PubMed", "query", {}, "term of the query not found")
    for pmid in found.missing:
        yield intake.Row("PubMed", pmid, {}, "PubMed id not found")


def _articles(files: Iterable[Path], answer: Answer | None, *, name: str = "") -> Iterator[intake.Row]:
    seen: set[str] = set()
    for file in files:
        count, shown = 0, name or file.name
        try:
            for article in _read_xml(file):
                count += 1
                if article.record_id in seen:
                    yield intake.Row(shown, article.record_id, {}, "another version of the article was read")
                    continue
                seen.update(filter(None, (article.record_id,)))
                yield articles.to_row(article, file=shown, answer=answer)
        except RecordError as error:
            yield intake.Row(shown, f"after article {count}", {}, str(error).split(". ")[0].rstrip("."))
        else:
            if not count:
                yield intake.Row(shown, "", {}, "no article in the file")


def _read_xml(file: Path) -> Iterator[articles.Article]:
    with xml_files.opened(file) as stream:
        root = xml_files.root(stream)
        if root == pubmed.ROOT:
            yield from pubmed.articles(stream)
        elif root in jats.ROOTS:
            yield from jats.articles(stream)
        else:
            raise RecordError("neither PubmedArticleSet nor article")


def _statements(file: Path) -> Iterator[intake.Row]:
    for number, value in intake.json_lines(file):
        if value is None:
            yield intake.Row(file.name, str(number), {}, "not a JSON object")
            continue
        provenance = value.get("provenance") if isinstance(value.get("provenance"), dict) else {}
        fields = {
            "record_id": str(value.get("id") or ""),
            "group": str(value.get("group") or ""),
            "kind": "journal",
            "style": "literature_statement",
            "text": value.get("text"),
            "labels": [str(value["label"])] if value.get("label") else [],
            "date": str(value.get("date") or ""),
            "provenance": json.dumps({"file": file.name, **provenance}),
        }
        yield intake.Row(file.name, str(number), fields)
