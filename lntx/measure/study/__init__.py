"""A whole study: fresh processes that take turns, each watched, and the state that their results go into."""
