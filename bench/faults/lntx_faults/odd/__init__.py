"""Odd repositories: made, gated in odd ways, and looked at before and after."""
