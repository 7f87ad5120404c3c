"""The contest: trainings and probes that take turns in one process, each proved before it is timed."""
