"""The errors a user can meet. Each says what was found, what was expected and what to do; none quotes a record."""


class ClinTuneError(Exception):
    """A problem with a remedy.

    Args:
        problem: One sentence naming the thing that is wrong.
        found: What was there.
        expected: What should have been there.
        remedy: The next thing to do.
    """

    def __init__(self, problem: str, *, found: object = None, expected: object = None, remedy: str = "") -> None:
        parts = [problem.rstrip(".") + "."]
        if found is not None:
            parts.append(f"Found: {str(found).rstrip('.')}.")
        if expected is not None:
            parts.append(f"Expected: {str(expected).rstrip('.')}.")
        if remedy:
            parts.append(f"Remedy: {remedy.rstrip('.')}.")
        super().__init__(" ".join(parts))


class ProfileError(ClinTuneError, ValueError):
    """A profile, task or override that does not hold together."""


class ApprovalError(ClinTuneError, ValueError):
    """A source without a data card, or a use that its card does not permit."""


class RecordError(ClinTuneError, ValueError):
    """A record or a source file that cannot be read as the schema says."""


class LeakageError(ClinTuneError, ValueError):
    """The same patient, group or text on two sides of a split."""


class PhiError(ClinTuneError, ValueError):
    """Records that did not pass the de-identification gate."""


class EgressError(ClinTuneError, ValueError):
    """Something was about to leave this machine without permission."""


class StageError(ClinTuneError, RuntimeError):
    """A stage whose input is missing, unfinished, changed or locked."""
