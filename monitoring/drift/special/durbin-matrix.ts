/**
 * Distribution function of the one-sample two-sided Kolmogorov statistic, exact, by the Durbin
 * matrix: the middle entry of (n!/nⁿ)·Hⁿ, with powers of two taken out along the way.
 *
 * Time k³ log n with k = ⌈n·d⌉, so it is for small n·d.
 *
 * @param d - in (0, 1)
 * @param n - rows, ≥ 1
 * @returns P(Dₙ ≤ d) in [0, 1]
 * @example durbinMatrixCdf(0.274, 10); // 0.6284796154565
 * @see G. Marsaglia, W. W. Tsang, J. Wang, Evaluating Kolmogorov's Distribution, 2003
 */
export function durbinMatrixCdf(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const power = matrixPower(durbinMatrix(k - n * d, size), size, n);
  let value = power.matrix[(k - 1) * size + k - 1] ?? 0;
  let exponent = power.exponent;
  for (let i = 1; i <= n; i += 1) {
    value = (value * i) / n;
    if (value < 2 ** -300) {
      value *= 2 ** 300;
      exponent -= 300;
    }
  }
  // In two halves: 2^exponent alone may be outside what a double can hold.
  const half = Math.trunc(exponent / 2);
  return Math.min(1, value * 2 ** half * 2 ** (exponent - half));
}

function durbinMatrix(h: number, size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  const inverseFactorial = new Float64Array(size + 1).fill(1);
  for (let i = 1; i <= size; i += 1) inverseFactorial[i] = (inverseFactorial[i - 1] ?? 0) / i;
  const at = (index: number): number => inverseFactorial[index] ?? 0;
  for (let i = 0; i < size; i += 1) {
    for (let j = 1; j <= Math.min(i + 1, size - 1); j += 1) matrix[i * size + j] = at(i - j + 1);
  }
  for (let i = 0; i < size; i += 1) {
    const edge = (1 - h ** (i + 1)) * at(i + 1);
    matrix[i * size] = edge;
    matrix[(size - 1) * size + size - 1 - i] = edge;
  }
  matrix[(size - 1) * size] = (1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size) * at(size);
  return matrix;
}

interface ScaledMatrix {
  readonly matrix: Float64Array;
  /** The true matrix is `matrix`·2^exponent. */
  readonly exponent: number;
}

function matrixPower(base: Float64Array, size: number, n: number): ScaledMatrix {
  let square: ScaledMatrix = { matrix: base, exponent: 0 };
  let result: ScaledMatrix | null = null;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : multiply(result, square, size);
    if (rest > 1) square = multiply(square, square, size);
  }
  return result ?? square;
}

function multiply(a: ScaledMatrix, b: ScaledMatrix, size: number): ScaledMatrix {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < size; k += 1) {
      const factor = a.matrix[i * size + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < size; j += 1) {
        matrix[i * size + j] = (matrix[i * size + j] ?? 0) + factor * (b.matrix[k * size + j] ?? 0);
      }
    }
  }
  let exponent = a.exponent + b.exponent;
  const middle = (size - 1) / 2;
  if ((matrix[middle * size + middle] ?? 0) > 2 ** 300) {
    for (let i = 0; i < matrix.length; i += 1) matrix[i] = (matrix[i] ?? 0) * 2 ** -300;
    exponent += 300;
  }
  return { matrix, exponent };
}
