"""Every notebook keeps the anatomy that makes it readable as a lesson and runnable as a batch job.

Labs keep all of it but what belongs to a stage: its parameters, its run, its cost.
"""

import ast
import re

import nbformat
import papermill
import pytest

from helpers.core import manifests, paths

NAMES = manifests.STAGES
LABS = tuple(sorted(f"labs/{path.stem}" for path in (paths.NOTEBOOKS / "labs").glob("*.ipynb")))
PARAMETERS = ["profile", "task", "seed", "run_id", "overrides"]


@pytest.fixture(params=[*NAMES, *LABS])
def notebook(request):
    return request.param, nbformat.read(paths.NOTEBOOKS / f"{request.param}.ipynb", as_version=4)


@pytest.fixture(params=NAMES)
def stage(request):
    return request.param, nbformat.read(paths.NOTEBOOKS / f"{request.param}.ipynb", as_version=4)


def code(book):
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def prose(book):
    return [cell.source for cell in book.cells if cell.cell_type == "markdown"]


def test_every_stage_has_a_notebook_and_every_notebook_is_a_stage():
    assert tuple(sorted(path.stem for path in paths.NOTEBOOKS.glob("*.ipynb"))) == NAMES


def test_notebook_is_small(notebook):
    _, book = notebook
    lines = [line for source in code(book) for line in source.splitlines() if line.strip()]
    assert len(book.cells) <= 25
    assert len(lines) <= 90
    assert sum(len(source.split()) for source in prose(book)) <= 900
    assert max(len(source.splitlines()) for source in code(book)) <= 15


def test_notebook_is_glue(notebook):
    _, book = notebook
    for source in code(book):
        assert not re.search(r"^\s*[!%]", source, re.MULTILINE)
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.Try, ast.If, ast.For, ast.While, ast.Lambda)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]


def test_notebook_begins_with_its_title_and_contract_table(notebook):
    name, book = notebook
    title = book.cells[0].source
    assert title.startswith(f"# {'Lab' if name in LABS else name[:2]} · ")
    assert "| Reads | Writes | Needs | Minutes |" in title


def test_parameters_are_typed_and_explained(notebook):
    name, book = notebook
    assert book.cells[1].metadata.get("tags") == ["parameters"]
    found = papermill.inspect_notebook(str(paths.NOTEBOOKS / f"{name}.ipynb"))
    assert list(found) == PARAMETERS or name in LABS
    assert found and all(item["help"] and item["inferred_type_name"] for item in found.values())


def test_lab_ends_with_a_contract():
    assert LABS
    for name in LABS:
        book = nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)
        assert "assert " in code(book)[-1]
        assert prose(book)[-2].startswith("## Contract")


def test_notebook_starts_a_run_and_finishes_it_under_a_contract(stage):
    name, book = stage
    start, last = code(book)[1], code(book)[-1]
    assert f'runs.start("{name}"' in start
    assert start.splitlines()[-1] == "run.plan()"
    assert "assert " in last
    assert last.splitlines()[-1].startswith("run.finish(")
    assert [text for text in prose(book) if text.startswith("## Contract")]
    assert [text for text in prose(book) if text.startswith("## What it cost")]


def test_prose_steps_are_short_and_name_no_result(notebook):
    _, book = notebook
    for text in prose(book)[1:-1]:
        assert text.startswith("## ")
        assert len(text.split()) <= 80
        assert not re.search(r"\d+\.\d+|\d+ ?%", text)


def test_nothing_in_a_notebook_names_a_task_or_a_path(notebook):
    _, book = notebook
    tasks = [path.stem for path in paths.TASKS.glob("*.yaml")]
    _, *others = code(book)
    for source in others:
        assert not [task for task in tasks if task in source]
        assert not re.search(r"""["'](?:/|\.\.?/|outputs)""", source)


def test_notebook_is_committed_stripped(notebook):
    _, book = notebook
    for cell in book.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
