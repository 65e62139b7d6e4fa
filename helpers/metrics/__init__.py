"""Scores, intervals, paired tests, calibration and drift, as pure functions on numpy arrays."""
