"""What follows from the frames, before it is told or drawn: comparisons, trends, crossings, and what to take."""
