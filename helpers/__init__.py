"""ClinTune: fine-tune a language model for one healthcare task, find out whether it helped, and deploy it."""

import os

__version__ = "0.1.0"

# Set before any library reads them: no telemetry, and no spinning threads that slow everything under contention.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
