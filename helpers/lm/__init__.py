"""What training, evaluation and serving must share: prompts, models, predictors."""
