"""Labels made by people: tasks for Label Studio and its exports."""
