"""04: supervised fine-tuning with TRL and PEFT."""
