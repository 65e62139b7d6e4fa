import pandas as pd
import pytest

from helpers.core import figures
from helpers.core.errors import RecordError
from helpers.preprocess import deid_pictures


@pytest.fixture
def points():
    rows = [
        ("ours, balanced", 0.0, 0.97, 0.95, 0.98, 0.02, 0.01, 0.03),
        ("ours, balanced", 0.5, 0.93, 0.91, 0.95, 0.01, 0.005, 0.02),
        ("presidio", 0.0, 0.84, 0.8, 0.88, 0.15, 0.12, 0.18),
    ]
    return pd.DataFrame(rows, columns=list(deid_pictures.NEEDED)).assign(notes=42)


@pytest.fixture
def axes(points):
    picture = deid_pictures.recall_against_over_redaction(points)
    ax = picture.draw(picture.data)
    yield ax
    figures.plt.close(ax.get_figure())


def test_every_engine_is_one_marker_with_a_label_of_its_own(axes):
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["ours, balanced", "presidio"]
    assert {text.get_text() for text in axes.texts} == {"ours, balanced", "presidio"}
    assert len({container.lines[0].get_marker() for container in axes.containers}) == 2


def test_the_marker_is_the_engine_as_it_runs_and_carries_both_intervals(axes):
    ours = axes.containers[0]
    assert (ours.lines[0].get_xdata()[0], ours.lines[0].get_ydata()[0]) == (0.02, 0.97)
    ends = [tuple(map(tuple, bars.get_segments()[0].round(3))) for bars in ours.lines[2]]
    assert set(ends) == {((0.01, 0.97), (0.03, 0.97)), ((0.02, 0.95), (0.02, 0.98))}


def test_only_an_engine_with_thresholds_has_a_curve(axes):
    curves = [line for line in axes.lines if len(line.get_xdata()) > 1]
    assert [list(line.get_ydata()) for line in curves] == [[0.97, 0.93]]


def test_an_unknown_interval_is_drawn_as_none(points):
    points.loc[2, ["recall_low", "recall_high"]] = float("nan")
    picture = deid_pictures.recall_against_over_redaction(points)
    ax = picture.draw(picture.data)
    figures.finish(ax, picture.caption)
    assert len(ax.containers) == 2
    figures.plt.close(ax.get_figure())


def test_the_caption_says_what_is_better_and_on_how_many_notes(points):
    caption = deid_pictures.recall_against_over_redaction(points).caption
    assert "up and to the left is better" in caption and "42 notes" in caption and "95 %" in caption


@pytest.mark.parametrize("spoil", [lambda f: f.drop(columns="over_low"), lambda f: f.head(0)])
def test_a_frame_that_cannot_be_drawn_is_refused(points, spoil):
    with pytest.raises(RecordError):
        deid_pictures.recall_against_over_redaction(spoil(points))
