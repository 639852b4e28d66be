"""Training of tabular models with scikit-learn, handed over as ONNX."""
