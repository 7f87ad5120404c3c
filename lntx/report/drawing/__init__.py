"""What figures share: colours, axes, labels, and the two shapes most of them have (dotplot and scaling)."""
