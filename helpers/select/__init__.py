"""03: candidate models, simple baselines, resource estimates."""
