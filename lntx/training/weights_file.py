"""What files with weights say of themselves, in the metadata of safetensors: who reads one knows whose it is."""

LINEAR = "lntx-linear-1"
"""A linear model, under "format"; raised when a reader of the old one would be misled."""
LOOP = "lntx-loop-1"
"""The weights of a loop, under "lntx": "format" is torch's there."""
