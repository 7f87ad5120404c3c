"""A whole study: fresh processes that take turns, each watched, and the book that their results go into."""
