import pytest

from helpers.core import errors

NAMED = [
    errors.ProfileError,
    errors.ApprovalError,
    errors.RecordError,
    errors.LeakageError,
    errors.PhiError,
    errors.EgressError,
    errors.StageError,
]


@pytest.mark.parametrize("kind", NAMED)
def test_message_says_problem_found_expected_and_remedy_in_that_order(kind):
    error = kind("The batch is empty.", found=0, expected="at least 1", remedy="raise max_records.")
    assert str(error) == "The batch is empty. Found: 0. Expected: at least 1. Remedy: raise max_records."


def test_message_leaves_out_what_is_not_given_but_keeps_false_values():
    assert str(errors.RecordError("No rows", found=0)) == "No rows. Found: 0."
    assert str(errors.RecordError("No rows")) == "No rows."


def test_input_problems_are_value_errors_and_stage_problems_are_runtime_errors():
    assert not issubclass(errors.StageError, ValueError) and issubclass(errors.StageError, RuntimeError)
    assert all(issubclass(kind, ValueError) for kind in NAMED if kind is not errors.StageError)
    assert all(issubclass(kind, errors.ClinTuneError) for kind in NAMED)


def test_message_that_quotes_another_message_has_single_full_stops():
    inner = errors.StageError("The service does not answer", remedy="start it again")
    outer = errors.StageError("06_deploy stopped", found=inner, expected="an answer.", remedy="run it again")
    assert ".." not in str(outer)
