"""What the backend jax hands to XLA."""
