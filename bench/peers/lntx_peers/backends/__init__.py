"""The peers: one file each, named in `pyproject.toml` under the entry point group `lntx.backends`."""
