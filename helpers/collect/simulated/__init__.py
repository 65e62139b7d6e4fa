"""Data the kit builds itself: simulated patients, drug statements, molecules."""
