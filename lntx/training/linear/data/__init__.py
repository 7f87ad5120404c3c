"""Problems from arrays, and from tables as people have them."""
