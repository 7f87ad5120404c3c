"""Every backend held against the reference, each in a process of its own: what one does costs no other its result."""
