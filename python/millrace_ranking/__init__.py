"""How much the scores of a search hang on its parameters."""
