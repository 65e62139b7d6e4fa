import base64
import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from helpers.core.errors import StageError
from helpers.evaluate import report

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
VOID = {"meta", "img", "line", "circle", "br"}


class Page(HTMLParser):
    """Collects tags and text, and remembers whether every tag was closed."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.open, self.balanced = [], [], [], True

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.balanced = False

    def handle_data(self, data):
        self.text.append(data)


def read(text):
    page = Page()
    page.feed(text)
    page.text = " ".join(" ".join(page.text).split())
    return page


@pytest.fixture
def context(tmp_path):
    (tmp_path / "curve.png").write_bytes(PNG)
    models = pd.DataFrame(
        {
            "model": ["base", "tuned"],
            "n": [60, 60],
            "accuracy": [0.1, 0.75],
            "low": [0.05, 0.6],
            "high": [0.2, 0.85],
            "latency_median_s": [0.5, np.nan],
        }
    )
    return report.Report(
        title="Families from findings",
        subtitle="Run smoke-s1",
        verdict="better",
        verdict_sentence="It helped.",
        verdict_evidence="Difference +0.65",
        base="the same model with its best prompt",
        advice="inferior",
        advice_meaning="Use the baseline.",
        advice_evidence="Bound -0.2, margin 0.03",
        metric="Accuracy",
        headline=(
            report.Estimate(name="base", value=0.1, low=0.05, high=0.2, role="base"),
            report.Estimate(name="tuned", value=0.75, low=0.6, high=0.85, role="tuned"),
            report.Estimate(name="chance", value=0.33, role="reference"),
        ),
        models=report.table(models, title="All models", caption="One row a model.", emphasis="tuned"),
        figures=(
            report.Figure(path=tmp_path / "curve.png", title="Reliability", caption="Read it so.", alt="A rising line"),
        ),
        tables=(),
        gates=(
            report.Gate(name="De-identification", state="passed", text="0 of 60 patients.", evidence="sha256 ab12"),
            report.Gate(name="Permission", state="passed", text="Every card permits it."),
            report.Gate(name="Parity", state="not yet", text="06_deploy measures it."),
        ),
        cost=report.table(pd.DataFrame({"stage": ["04"], "wall_s": [12.5]}), title="Cost", caption="Wall clock."),
        caution="Persons are simulated.",
        limits=("One seed.",),
        test_openings=1,
        provenance=(("Adapter", "sha256 cd34"),),
    )


def test_the_page_says_everything_it_was_given(context):
    text = read(report.render(context)).text
    for said in (
        "Families from findings",
        "Run smoke-s1",
        "Better",
        "It helped.",
        "Inferior",
        "Use the baseline.",
        "De-identification",
        "0 of 60 patients.",
        "sha256 ab12",
        "Every card permits it.",
        "Not yet",
        "06_deploy measures it.",
        "Read it so.",
        "Wall clock.",
        "12.5",
        "One seed.",
        "sha256 cd34",
        "Persons are simulated.",
        "opened 1 time, this one included",
        "research use, not intended for clinical use",
    ):
        assert said in text
    assert "opened 3 times" in read(report.render(dataclasses.replace(context, test_openings=3))).text


def test_the_page_is_well_formed_and_loads_nothing(context):
    text = report.render(context)
    page = read(text)
    assert page.balanced
    assert not page.open
    assert {"script", "link", "iframe", "object", "a"}.isdisjoint(tag for tag, _ in page.tags)
    for _, attributes in page.tags:
        for name in ("src", "href", "srcset", "action", "data"):
            assert attributes.get(name, "data:").startswith("data:")
        assert not any(name.startswith("on") for name in attributes)
    assert not re.search(r"https?://|@import|url\(", text)
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'")


def test_pictures_are_inside_with_their_words(context):
    images = [attributes for tag, attributes in read(report.render(context)).tags if tag == "img"]
    assert [image["alt"] for image in images] == ["A rising line"]
    assert base64.b64decode(images[0]["src"].removeprefix("data:image/png;base64,")) == PNG


@pytest.mark.parametrize("field", ["title", "verdict_sentence", "advice_meaning", "caution", "subtitle"])
def test_markup_in_the_data_is_shown_and_not_obeyed(context, field):
    evil = '<script>alert(1)</script><img src=x onerror=y> & "quoted"'
    text = report.render(dataclasses.replace(context, **{field: evil}))
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_markup_in_cells_and_attributes_is_escaped(context):
    evil = '"><script>x</script>'
    frame = pd.DataFrame({"label": [evil], evil: [evil], "c": [evil], "d": [1]})
    figure = dataclasses.replace(context.figures[0], alt=evil, title=evil, caption=evil)
    text = report.render(
        dataclasses.replace(
            context,
            tables=(report.table(frame, title=evil, caption=evil),),
            figures=(figure,),
            provenance=((evil, evil),),
            gates=(report.Gate(name=evil, state="failed", text=evil, evidence=evil),),
        )
    )
    assert "<script" not in text
    assert read(text).balanced


def test_a_table_joins_its_interval_and_shows_missing_numbers_as_a_dash(context):
    made = context.models
    assert made.columns == ("Model", "n", "Accuracy", "Median latency, s")
    assert [cell.replace("\u00a0", " ") for cell in made.rows[1]] == ["tuned", "60", "0.750 (0.600 to 0.850)", "\u2013"]
    assert made.numeric == (False, True, True, True)
    rows = [a for tag, a in read(report.render(context)).tags if tag == "tr" and a.get("class") == "stands-out"]
    assert len(rows) == 1


def test_a_table_without_an_interval_for_one_row_says_so():
    frame = pd.DataFrame({"value": ["a"], "estimate": [0.5], "low": [np.nan], "high": [np.nan]})
    made = report.table(frame, title="t", caption="c")
    assert made.rows[0][1].replace("\u00a0", " ") == "0.500 (no interval)"


@pytest.mark.parametrize("columns", [["low", "high"], ["a", "low"], ["a", "high"], ["a", "high", "low"]])
def test_half_an_interval_is_refused(columns):
    with pytest.raises(StageError, match="interval is incomplete"):
        report.table(pd.DataFrame({name: [0.1] for name in columns}), title="t", caption="c")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.00001, "1e-05"),
        (0.5, "0.500"),
        (0.0, "0.000"),
        (12.34, "12.3"),
        (54321.0, "54,321"),
        (1200, "1,200"),
        (True, "yes"),
        (None, "\u2013"),
        ("text", "text"),
    ],
)
def test_numbers_are_written_to_be_read(value, cell):
    made = report.table(pd.DataFrame({"x": pd.Series([value], dtype=object)}), title="t", caption="c")
    assert made.rows == ((cell,),)


def test_a_missing_or_false_picture_or_caption_is_refused(context, tmp_path):
    figure = context.figures[0]
    (tmp_path / "false.png").write_text("<svg/>")
    for wrong, message in (
        (dataclasses.replace(figure, path=tmp_path / "none.png"), "missing"),
        (dataclasses.replace(figure, path=tmp_path / "false.png"), "not a PNG"),
        (dataclasses.replace(figure, alt=""), "alt text"),
        (dataclasses.replace(figure, caption=""), "caption"),
    ):
        with pytest.raises(StageError, match=message):
            report.render(dataclasses.replace(context, figures=(wrong,)))


def test_a_refused_report_leaves_no_file_and_a_good_one_is_whole(context, tmp_path):
    path = tmp_path / "out" / "report.html"
    path.parent.mkdir()
    bad = dataclasses.replace(context, figures=(dataclasses.replace(context.figures[0], alt=""),))
    with pytest.raises(StageError):
        report.write(path, context=bad)
    assert list(path.parent.iterdir()) == []
    assert report.write(path, context=context) == path
    assert list(path.parent.iterdir()) == [path]
    assert path.read_text(encoding="utf-8") == report.render(context)


def test_the_chart_places_estimates_on_one_scale(context):
    circles = [a["cx"] for tag, a in read(report.render(context)).tags if tag == "circle"]
    assert circles == ["10.00%", "75.00%"]
    low = dataclasses.replace(context, headline=context.headline[:1])
    circles = [a["cx"] for tag, a in read(report.render(low)).tags if tag == "circle"]
    assert circles == ["40.00%"]  # 0.1 of an axis that ends at 0.25


def test_the_headline_takes_models_and_reference_lines():
    frame = pd.DataFrame(
        {"name": ["b", "t", "l"], "estimate": [0.1, 0.7, 0.8], "low": [0.0, 0.6, 0.7], "high": [0.2, 0.8, 0.9]}
    )
    lines = report.headline(frame, roles={"b": "base", "t": "tuned"}, lines={"chance": 0.25})
    assert [(line.name, line.role) for line in lines] == [
        ("b", "base"),
        ("t", "tuned"),
        ("l", "baseline"),
        ("chance", "reference"),
    ]
    assert (lines[1].low, lines[1].high, lines[3].low) == (0.6, 0.8, None)
