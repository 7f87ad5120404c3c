"""What follows from the stored runs: shares with their intervals, replays, the rivals' thresholds, and the table."""
