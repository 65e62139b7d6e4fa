"""ClinTune: fine-tune a language model for one healthcare task, find out whether it helped, and deploy it."""

__version__ = "0.1.0"
