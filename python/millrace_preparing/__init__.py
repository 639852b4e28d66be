"""Preparing columns for a model: fitted on training data, kept as stages, run as ONNX."""
