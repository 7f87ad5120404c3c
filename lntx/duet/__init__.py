"""The duet: two pytest sessions in lock-step, base and head, taking turns on the same machine in the same minutes."""
