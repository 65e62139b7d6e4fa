import pytest

from helpers.core.errors import RecordError
from helpers.evaluate import spelled


def test_labels_that_differ_only_in_case_are_refused(cases, answer):
    with pytest.raises(RecordError, match="only in case"):
        spelled.labels_of(answer(cases, right=1), labels=["Ataxia", "ataxia"])
