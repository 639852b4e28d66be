"""Adam (D. P. Kingma, J. Ba, 2015) over named arrays, which it changes in place."""

import numpy as np


class Adam:
    def __init__(self, parameters: dict[str, np.ndarray], rate: float) -> None:
        self._parameters = parameters
        self._rate = rate
        self._steps = 0
        self._first = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._second = {name: np.zeros_like(value) for name, value in parameters.items()}

    def step(self, gradients: dict[str, np.ndarray]) -> None:
        """Downhill."""
        self._steps += 1
        for name, value in self._parameters.items():
            gradient = gradients[name]
            first, second = self._first[name], self._second[name]
            first[...] = 0.9 * first + 0.1 * gradient
            second[...] = 0.999 * second + 0.001 * gradient**2
            mean = first / (1 - 0.9**self._steps)
            spread = np.sqrt(second / (1 - 0.999**self._steps))
            value[...] = value - self._rate * mean / (spread + 1e-8)
