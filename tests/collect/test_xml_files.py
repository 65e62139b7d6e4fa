import gzip
import io

import pytest
from publications import citation, pubmed_set

from helpers.collect import xml_files
from helpers.core.errors import RecordError


def read(text, names=("a",)):
    return list(xml_files.elements(io.BytesIO(text if isinstance(text, bytes) else text.encode()), names))


BOMB = "<!DOCTYPE a [<!ENTITY x0 'ha'>{}]><a>&x9;</a>".format(
    "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 10))
)


@pytest.mark.parametrize(
    "attack",
    [
        BOMB,
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'> %x;]><a/>",
        "<!DOCTYPE a [<!ENTITY x 'harmless'>]><a>&x;</a>",
    ],
    ids=["expansion", "file", "parameter", "internal"],
)
def test_entities_are_refused_before_anything_is_expanded_or_loaded(attack):
    with pytest.raises(RecordError, match="declares entities"):
        read(attack)
    with pytest.raises(RecordError, match="declares entities"):
        xml_files.root(io.BytesIO(attack.encode()))


def test_a_dtd_that_is_only_named_is_not_loaded(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a socket was opened"))
    assert len(read(pubmed_set(citation("1")), ("PubmedArticle",))) == 1


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"words",
        b"<a>",
        b"<a><b></a>",
        b"<a>&nbsp;</a>",
        b"<a>\xff</a>",
        b"<?xml version='1.0' encoding='x-no'?><a/>",
    ],
)
def test_damage_is_an_error_that_quotes_nothing(broken):
    with pytest.raises(RecordError, match=r"^damaged or incomplete XML\. Remedy: fetch or export the file again\.$"):
        read(broken)


def test_what_comes_before_the_damage_is_given():
    found = xml_files.elements(io.BytesIO(b"<r><a>1</a><a>2</a><a>"), ("a",))
    assert [next(found).text, next(found).text] == ["1", "2"]
    with pytest.raises(RecordError):
        next(found)


def test_a_truncated_gzip_and_a_file_that_is_no_gzip_are_damaged(tmp_path):
    whole = gzip.compress(pubmed_set(*(citation(str(number)) for number in range(50))).encode())
    (tmp_path / "half.xml.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.xml.gz").write_bytes(b"<a/>")
    for name in ("half", "none"):
        with xml_files.opened(tmp_path / f"{name}.xml.gz") as stream, pytest.raises(RecordError, match="damaged"):
            list(xml_files.elements(stream, ("PubmedArticle",)))


def test_bottomless_and_endless_elements_are_refused():
    with pytest.raises(RecordError, match="too deep"):
        read("<a>" * 5000)
    endless = io.BytesIO(gzip.compress(b"<a>" + b"x" * (xml_files.MOST_BYTES + 2**20), compresslevel=1))
    with gzip.open(endless) as stream, pytest.raises(RecordError, match="too large"):
        list(xml_files.elements(stream, ("b",)))


def test_root_is_named_without_namespace_and_the_stream_is_rewound():
    stream = io.BytesIO(b"<?xml version='1.0'?><x:article xmlns:x='urn:x'><x:p>1</x:p></x:article>")
    assert xml_files.root(stream) == "article"
    assert [element.tag for element in xml_files.elements(stream, ("p",))] == ["p"]


def test_plain_text_separates_blocks_and_joins_inline_markup():
    xml = b"<a>H<sub>2</sub>O\n  <list><item>one</item></list><p>two</p><p>three</p><math>x</math>four<!-- no --></a>"
    element = next(xml_files.elements(io.BytesIO(xml), ("a",)))
    assert xml_files.plain_text(element, without=("math",)) == "H2O one two three four"
    assert xml_files.plain_text(None) == ""
