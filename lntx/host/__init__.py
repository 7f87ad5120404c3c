"""What this machine is, and what it can do at most; below everything that measures or trains."""
