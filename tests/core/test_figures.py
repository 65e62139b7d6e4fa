import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.core import figures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def _words(ax):
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def test_estimates_draw_every_interval_with_its_n_and_the_reference_lines():
    data = pd.DataFrame({"name": ["base", "tuned"], "estimate": [0.1, 0.6], "low": [0.05, 0.5], "high": [0.2, 0.7]})
    ax = figures.estimates(
        data.assign(n=[30, 40]), title="T", xlabel="accuracy (fraction)", lines={"chance": 0.04}, highlight="tuned"
    )
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["base (n=30)", "tuned (n=40)"]
    spans = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2][:2]
    assert spans == [(0.05, 0.2), (0.5, 0.7)]
    assert _words(ax) == ["chance 0.04"] and ax.get_xlabel() == "accuracy (fraction)"
    assert {line.get_marker() for line in ax.lines} >= {"o", "D"}  # told apart without colour


def test_estimate_without_interval_is_drawn_as_a_point():
    data = pd.DataFrame({"name": ["base"], "estimate": [0.3], "low": [np.nan], "high": [np.nan]})
    ax = figures.estimates(data, title="T", xlabel="x")
    assert all(np.isfinite(line.get_xdata()).all() for line in ax.lines)


def test_counts_split_a_bar_into_parts_that_add_up():
    data = pd.DataFrame({"name": ["a", "a", "b"], "count": [2, 3, 4], "kind": ["note", "ehr", "ehr"]})
    ax = figures.counts(data, title="T", xlabel="records", ylabel="style", hue="kind")
    ends = {}
    for bar in ax.patches:
        name = round(bar.get_y() + bar.get_height() / 2)
        ends[name] = max(ends.get(name, 0), bar.get_x() + bar.get_width())
    assert ends == {0: 5, 1: 4}
    assert sorted(_words(ax)) == ["ehr", "note"] and len({bar.get_hatch() for bar in ax.patches}) == 2


def test_training_curve_leaves_out_what_was_not_logged():
    log = pd.DataFrame(
        {
            "step": [1, 2, 2, 3],
            "loss": [2.0, 1.5, np.nan, 1.0],
            "eval_loss": [np.nan, np.nan, 1.7, np.nan],
            "learning_rate": [1e-3, 5e-4, np.nan, 0],
        }
    )
    ax = figures.training(log, title="T")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2.0, 1.5, 1.0], [1.7]]
    assert "nats" in ax.get_ylabel() and len(ax.get_figure().axes) == 2


def test_distribution_rises_to_one():
    data = pd.DataFrame({"model": ["a"] * 4, "score": [0.4, 0.1, 0.9, 0.4]})
    line = figures.distribution(data, title="T", xlabel="ROUGE-L").lines[0]
    assert line.get_xdata().tolist() == [0.1, 0.4, 0.4, 0.9] and line.get_ydata().tolist() == [0.25, 0.5, 0.75, 1.0]


def test_matrix_has_every_label_on_both_sides():
    data = pd.DataFrame({"gold": ["a", "b"], "predicted": ["b", "c"], "count": [3, 1]})
    ax = figures.matrix(data, title="T", xlabel="predicted", ylabel="gold")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["a", "b", "c"]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["a", "b", "c"]
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == ["1", "3"]


def test_reliability_shows_each_model_with_its_n_against_the_diagonal():
    data = pd.DataFrame(
        {
            "model": ["base", "base", "tuned"],
            "confidence_mean": [0.2, 0.8, 0.6],
            "accuracy": [0.1, 0.5, 0.6],
            "low": [0.0, 0.3, 0.4],
            "high": [0.3, 0.7, 0.8],
            "n": [10, 20, 5],
        }
    )
    ax = figures.reliability(data, title="T")
    assert _words(ax) == ["perfectly calibrated", "base (n=30)", "tuned (n=5)"]


def test_quality_against_latency_puts_time_on_a_log_scale_and_names_each_candidate():
    data = pd.DataFrame(
        {"name": ["a", "b"], "estimate": [0.2, 0.8], "low": [0.1, 0.7], "high": [0.3, 0.9], "latency_ms": [0.0, 250.0]}
    )
    ax = figures.quality_against_latency(data, title="T", ylabel="accuracy")
    assert ax.get_xscale() == "log" and "milliseconds" in ax.get_xlabel() and _words(ax) == ["a", "b"]


def test_caption_stands_below_the_axes_and_keeps_its_words():
    data = pd.DataFrame({"name": ["a"], "count": [1]})
    ax = figures.counts(data, title="T", xlabel="records", ylabel="kind")
    caption = "How to read it: " + "each bar is a kind of record, " * 8
    figure = figures.finish(ax, caption)
    (written,) = figure.texts
    assert " ".join(written.get_text().split()) == caption.strip()
    bottom = ax.get_tightbbox().y0 / figure.bbox.height
    assert written.get_position()[1] < bottom


def test_a_saved_figure_has_its_data_beside_it_and_its_caption_below(tmp_path):
    data = pd.DataFrame({"name": ["a"], "count": [1]})
    ax = figures.counts(data, title="T", xlabel="records", ylabel="kind")
    figures.save(ax, data, tmp_path / "new", name="bars", caption="How to read it.")
    assert (tmp_path / "new/bars.png").read_bytes().startswith(b"\x89PNG")
    assert pd.read_csv(tmp_path / "new/bars.csv").equals(data)
    assert [text.get_text() for text in ax.get_figure().texts] == ["How to read it."]
