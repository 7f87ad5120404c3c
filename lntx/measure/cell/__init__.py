"""One cell in one process: pilot, stopwatch, counters, and the proof that its weights are right."""
