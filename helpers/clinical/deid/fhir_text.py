"""Free text inside FHIR resources: strings, notes in attachments, and narrative XHTML."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from xml.etree import ElementTree

from helpers.clinical.deid import engine, lexicon, surrogates
from helpers.clinical.deid.spans import Span, resolve

EMPTY_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">Removed in de-identification.</div>'

Write = Callable[[str, str], str]
"""(value, label) -> what stands for it."""

_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{2,62}[A-Za-z0-9])")
_ISO_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)"
)
_LONG_NUMBER = re.compile(r"(?<![\w.])\d{8,}(?![\w.]*\w)")
_TAG = re.compile(r"<!--.*?-->|<[!?][^>]*>|<(/?)([A-Za-z][\w:]*)([^<>]*?)(/?)>", re.DOTALL)
_KEPT_ATTRIBUTES = re.compile(r"""\b(colspan|rowspan|class|border)\s*=\s*("[\w\s-]*"|'[\w\s-]*')""")
_EDGES = "\n\t:;|()='\""
_INLINE = frozenset("b i em strong span u small big sub sup tt code font abbr q".split())
_DROPPED = frozenset(["img", "map", "area"])


class TextCleaner:
    """Finds identifiers in the texts of one patient and puts something harmless in their place.

    Args:
        identifiers: {"label", "value"} known from the structured fields.
        mode: See `engine.find`.
        ids: Logical ids of resources -> their codes; they are replaced where a text repeats them.
        codes: Codes of the resources' Codings, which may be long numbers and stay; other long numbers go.
        terms: Displays of standard codes and names of elements: the tagger takes no part of them for a name.
    """

    def __init__(
        self,
        *,
        identifiers: Iterable[Mapping[str, str]],
        mode: engine.Mode,
        ids: Mapping[str, str],
        codes: Iterable[str] = (),
        terms: Iterable[str] = (),
    ) -> None:
        unique = {(item["label"], str(item["value"])) for item in identifiers if len(str(item["value"])) > 1}
        self._known = [
            (_words(value), _digits(value), {"label": label, "value": value}) for label, value in sorted(unique)
        ]
        self.mode, self.ids, self.codes = mode, ids, frozenset(codes)
        self._terms = frozenset(term.casefold() for term in terms if len(term) > 2)
        self._found: dict[str, list[Span]] = {}

    def spans(self, text: str) -> list[Span]:
        """Disjoint sorted spans of identifiers in `text`."""
        if text not in self._found:
            words, digits = _words(text), _digits(text)
            near = [
                item for own, number, item in self._known if own & words or (len(number) > 3 and number[-7:] in digits)
            ]
            found = engine.find(text, identifiers=near, mode=self.mode)
            found = [span for span in found if span.layer == "known" or not self._is_term(text, span)]
            days = [Span(*match.span(), "DATE", "rules") for match in _ISO_DAY.finditer(text)]
            numbers = [
                Span(*match.span(), "ID", "rules")
                for match in _LONG_NUMBER.finditer(text)
                if match[0] not in self.codes
            ]
            self._found[text] = resolve([*found, *days, *numbers]) if days or numbers else found
        return self._found[text]

    def _is_term(self, text: str, span: Span) -> bool:
        """Whether a span is a code, or lies in a line or cell that is a standard display or the name of an element."""
        if text[span.start : span.end] in self.codes:
            return True
        if span.layer == "rules":
            return False
        start = max((text.rfind(mark, 0, span.start) for mark in _EDGES), default=-1) + 1
        ends = [end for mark in _EDGES if (end := text.find(mark, span.end)) >= 0]
        return text[start : min(ends, default=len(text))].strip(" .").casefold() in self._terms

    def clean(self, text: str, write: Write) -> str:
        """`text` with its identifiers replaced."""
        return self._replaced(text, self.spans(text), 0, write)

    def clean_xhtml(self, div: str, write: Write) -> str:
        """A narrative with its text cleaned and all attributes gone that could identify; `EMPTY_DIV` if that is no XML."""
        pieces, nodes = _split(div)
        whole = "".join(nodes)
        spans, at, cleaned = self.spans(whole), 0, []
        for node in nodes:
            inside = [span for span in spans if span.start < at + len(node) and span.end > at]
            cleaned.append(html.escape(self._replaced(node, inside, at, write), quote=False))
            at += len(node)
        new = "".join(
            tag + text for tag, text in zip(pieces, cleaned, strict=True)
        )  # a node follows the tag of its own index
        new = re.sub(r"^\s*<div[^>]*>", '<div xmlns="http://www.w3.org/1999/xhtml">', new, count=1).strip()
        try:
            root = ElementTree.fromstring(new)  # no entity or document type is left in it
        except ElementTree.ParseError:
            return EMPTY_DIV
        return new if root.tag.endswith("}div") and "".join(root.itertext()).strip() else EMPTY_DIV

    def _replaced(self, text: str, spans: Iterable[Span], at: int, write: Write) -> str:
        pieces, last = [], 0
        for span in spans:
            start, end = max(span.start - at, 0), min(span.end - at, len(text))
            value = text[start:end]
            pieces.append(self._without_ids(text[last:start]))
            pieces.append(self.ids.get(value) or (write(value, span.label) if value.strip() else value))
            last = end
        return "".join([*pieces, self._without_ids(text[last:])])

    def _without_ids(self, text: str) -> str:
        return _TOKEN.sub(lambda match: self.ids.get(match[0], match[0]), text)


def names_in(identifiers: Iterable[Mapping[str, str]]) -> list[str]:
    """The values that are names."""
    return [str(item["value"]) for item in identifiers if item["label"] == "NAME"]


def is_title(word: str) -> bool:
    """Whether a prefix or suffix of a name is made of common titles alone."""
    parts = re.findall(r"[^\W\d_]+", word)
    return bool(parts) and all(lexicon.fold(part) in surrogates.TITLES for part in parts)


def _split(div: str) -> tuple[list[str], list[str]]:
    """Tags and the text after each, block tags followed by a line break; the two lists have one length."""
    tags, nodes, last = [""], [], 0
    for match in _TAG.finditer(div):
        nodes.append(html.unescape(div[last : match.start()]))
        name = (match[2] or "").lower()
        if not name or name in _DROPPED:
            tags.append("")
        elif match[1]:
            tags.append(f"</{name}>")
        else:
            kept = "".join(f" {key}={value}" for key, value in _KEPT_ATTRIBUTES.findall(match[3]))
            tags.append(f"<{name}{kept}{'/' if match[4] else ''}>")
        if name and name not in _INLINE and nodes[-1] and not nodes[-1].endswith("\n"):
            nodes[-1] += "\n"
        last = match.end()
    nodes.append(html.unescape(div[last:]))
    return tags, nodes


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", lexicon.fold(text)) if len(word) > 1}


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
