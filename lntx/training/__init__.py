"""Problem and recipe in, fit out: the model, its trainer, the backends and the proof that they agree."""
