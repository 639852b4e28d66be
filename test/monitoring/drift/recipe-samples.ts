const MODULUS = 2 ** 31 - 1;

/** Lehmer's generator, multiplier 48271: every product is an integer that a double holds exactly. */
export function uniforms(seed: number, rows: number): Float64Array {
  let state = seed % MODULUS || 1;
  return Float64Array.from({ length: rows }, () => {
    state = (state * 48_271) % MODULUS;
    return state / MODULUS;
  });
}

const SHAPES: Readonly<Record<string, (u: number) => number>> = {
  uniform: (u) => u,
  ties: (u) => Math.floor(u * 7),
  rare: (u) => (u < 0.9 ? 0 : 1),
  constant: () => 3,
  pareto: (u) => 1 / u - 1,
  'two-tailed': (u) => (u - 0.5) / (u * (1 - u)),
  cube: (u) => (2 * u - 1) * (2 * u - 1) * (2 * u - 1),
  offset: (u) => u + 1000,
};

/**
 * A sample by its recipe: the twin of test/oracles/samples.py, bit for bit, so that fixtures of a
 * million values are a line long.
 */
export function recipeSample(
  shape: string,
  rows: number,
  seed: number,
  shift = 0,
  scale = 1,
): Float64Array {
  const transform = SHAPES[shape];
  if (transform === undefined) throw new Error(`no sample is shaped '${shape}'`);
  return uniforms(seed, rows).map((u) => (transform(u) + shift) * scale);
}
