"""One-megabyte lines that a careless pattern would take hours for; four times the length may cost eight times the work."""

import time

import pytest

from helpers.preprocess import deid_batch


@pytest.mark.parametrize("pattern", ["a", "1", "(555", "Dr. ", "A. ", "1/1/", "@", "A-", " "])
def test_adversarial_megabyte_takes_linear_time(pattern):
    def seconds(size):
        began = time.process_time()
        deid_batch.find_long([(pattern * size)[:size]], identifiers=[], mode="balanced")
        return time.process_time() - began

    seconds(1000)
    short, long = seconds(250_000), seconds(1_000_000)
    print(f"{pattern!r}: four times the length, {long / short:.1f} times the work")
    assert long < 8 * short + 0.5
