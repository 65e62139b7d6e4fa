"""A user's own tables and letters, read as the task's source block says."""
