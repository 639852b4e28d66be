"""Samples that Python and TypeScript make alike, bit for bit: recipes are kept, not the values.

The twin of test/monitoring/drift/recipe-samples.ts. Nothing but correctly rounded arithmetic is used.
"""

MODULUS = 2**31 - 1


def uniforms(seed, rows):
    """Lehmer's generator, multiplier 48271: integers that a double holds exactly."""
    state = seed % MODULUS or 1
    out = []
    for _ in range(rows):
        state = state * 48271 % MODULUS
        out.append(state / MODULUS)
    return out


SHAPES = {
    "uniform": lambda u: u,
    "ties": lambda u: float(int(u * 7)),
    "rare": lambda u: 0.0 if u < 0.9 else 1.0,
    "constant": lambda u: 3.0,
    "pareto": lambda u: 1 / u - 1,
    "two-tailed": lambda u: (u - 0.5) / (u * (1 - u)),
    "cube": lambda u: (2 * u - 1) * (2 * u - 1) * (2 * u - 1),
    "offset": lambda u: u + 1000,
}


def sample(shape, rows, seed, shift=0.0, scale=1.0):
    return [(SHAPES[shape](u) + shift) * scale for u in uniforms(seed, rows)]
