"""What the linear model alone has: its problem, the algebra of its recurrence, and the proof whose tolerance follows from it."""
