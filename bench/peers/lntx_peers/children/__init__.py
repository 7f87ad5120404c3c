"""Fresh processes: each file here is a program of its own, which prints what came of it as JSON."""
