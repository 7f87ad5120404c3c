"""What runs as a rank, or as another machine, in a process of its own."""
