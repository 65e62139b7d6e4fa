import pandas as pd

from helpers.clinical.deid.spans import Span
from helpers.core import records as schema
from helpers.preprocess import viewer

TEXT = "Ada <b>Mossley</b> & son, MRN 4411, seen by Quillon."


def _span(value, label, layer="rules", text=TEXT):
    start = text.index(value)
    return Span(start, start + len(value), label, layer, 0.9)


def _gold(value, label, text=TEXT):
    start = text.index(value)
    return {"start": start, "end": start + len(value), "label": label}


def _records(count=4, **more):
    rows = [
        {"record_id": f"r{i}", "kind": "clinical_note", "style": f"s{i}", "text": TEXT, "spans": [_gold("4411", "MRN")]}
        | more
        for i in range(count)
    ]
    return schema.to_frame(rows)


def test_found_text_is_marked_by_label_with_its_layer_on_hover():
    html = viewer.marked(TEXT, [], [_span("4411", "MRN"), _span("Quillon", "NAME", "tagger")])
    assert html.count("<mark ") == 2
    assert 'title="MRN, layer rules, score 0.90"' in html
    assert 'title="NAME, layer tagger, score 0.90"' in html
    colours = {part.split(";")[0] for part in html.split('style="background:')[1:]}
    assert len(colours) == 2


def test_everything_in_a_record_is_escaped():
    html = viewer.marked(TEXT, [_gold("<b>Mossley</b>", "NAME")], [_span("Ada", "NAME")])
    assert "<b>" not in html
    assert "&lt;b&gt;Mossley&lt;/b&gt;" in html
    assert " &amp; son" in html
    page = viewer.show(_records(1, style="<script>x</script>"), [()], show_text=True)
    assert "<script>" not in page.html


def test_what_is_left_of_a_missed_span_is_outlined_and_what_was_found_is_not():
    gold = [_gold("Ada <b>Mossley", "NAME"), _gold("4411", "MRN")]
    html = viewer.marked(TEXT, gold, [_span("Ada", "NAME"), _span("4411", "MRN")])
    assert html.count('title="missed: NAME"') == 1
    assert "missed MRN" not in html
    assert "outline:2px solid #c00" in html
    assert 'color:#900"> &lt;b&gt;Mossley' in html


def test_a_comma_left_in_is_no_leak_and_ignored_gold_is_not_missed():
    text = "Mossley, Ada on Monday"
    gold = [{"start": 0, "end": 12, "label": "NAME"}, {"start": 16, "end": 22, "label": "~"}]
    html = viewer.marked(text, gold, [Span(0, 7, "NAME", "rules"), Span(9, 12, "NAME", "rules")])
    assert "missed" not in html


def test_the_text_can_be_read_off_the_page_whole():
    bare = pd.Series(viewer.marked("a 1 b 2", [], [Span(2, 3, "ID", "rules")])).str.replace(
        r"<sub.*?</sub>|<[^>]+>", "", regex=True
    )
    assert bare[0] == "a 1 b 2"


def test_long_texts_are_cut_and_the_rest_is_counted():
    html = viewer.marked(
        "x" * (viewer.MAX_CHARS + 7), [], [Span(viewer.MAX_CHARS + 1, viewer.MAX_CHARS + 3, "ID", "rules")]
    )
    assert "7 more characters" in html
    assert "<mark" not in html


def test_a_page_has_a_legend_the_asked_number_of_records_and_begins_with_the_worst():
    frame = _records(5)
    found = [(_span("4411", "MRN"),)] * 3 + [()] + [(_span("4411", "MRN"),)]
    page = viewer.show(frame, found, show_text=True, most=2)
    assert page.records == 2
    assert page.html.index("<b>1. s3</b>") < page.html.index("<b>2. ")
    assert page.html.startswith("<div") and "Found: <span" in page.html
    assert "4411" not in repr(page) and page._repr_html_() == page.html


def test_where_text_must_not_be_shown_there_are_only_counts():
    frame = _records(4)
    table = viewer.show(frame, [(_span("Quillon", "NAME"),), (_span("4411", "MRN"),), (), ()], show_text=False)
    assert table.to_dict("records") == [
        {"label": "MRN", "found": 1, "missed": 3},
        {"label": "NAME", "found": 1, "missed": 0},
    ]
    assert "Quillon" not in table.to_string()


def test_records_without_a_person_or_without_any_record_can_be_shown():
    assert viewer.show(_records(2, kind="journal", spans=[]), [(), ()], show_text=True).records == 2
    assert viewer.show(_records(0), [], show_text=True).records == 0
    assert viewer.show(_records(0), [], show_text=False).empty
