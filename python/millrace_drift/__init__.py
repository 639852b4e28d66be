"""Drift and outliers by methods that learn: what `drift.py` is made of."""
