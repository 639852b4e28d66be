"""A model of another model's loss."""
