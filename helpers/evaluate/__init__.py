"""05: base against tuned, the verdict, the model card and the report."""
