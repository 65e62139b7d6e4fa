"""02: cleaning, deduplication, splits and the de-identification gate."""
