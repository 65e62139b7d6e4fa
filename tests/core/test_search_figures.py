import pandas as pd
import pytest

from helpers.core import figures, search_figures


def test_importances_are_drawn_as_bars_with_their_values():
    data = pd.DataFrame({"field": ["train.lora_r", "train.epochs"], "importance": [0.75, 0.25]})
    ax = search_figures.importances(data, title="t")
    assert [patch.get_width() for patch in ax.patches] == [0.75, 0.25]
    assert {text.get_text() for text in ax.texts} == {"0.75", "0.25"}
    figures.close(ax)


def test_each_trial_is_a_line_and_the_best_is_named():
    data = pd.DataFrame(
        {
            "train.learning_rate": [1e-3, 1e-2, 1e-4],
            "train.adapter_layers": [None, 6.0, 12.0],
            "train.method": ["lora", "dora", "lora"],
            "score": [0.9, 0.5, 0.1],
        }
    )
    fields = list(data)[:-1]
    ax = search_figures.parallel_coordinates(data, fields=fields, title="t", score="accuracy", log=fields[:1])
    lines = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert len(lines) == 3 and [line.get_label() for line in lines].count("best") == 1
    best = next(line for line in lines if line.get_label() == "best")
    assert list(best.get_ydata()) == pytest.approx([0.5, 1.0, 1.0, 1.0])
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "learning_rate",
        "adapter_layers",
        "method",
        "accuracy",
    ]
    figures.close(ax)
