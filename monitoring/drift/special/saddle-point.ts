/**
 * The parts of Loader's saddle-point form: binomial, Poisson and gamma densities written with them
 * keep full relative accuracy where differences of large log gammas would lose it.
 *
 * @see C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000
 */

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** Stirling's series is exact to double precision from here on. */
const SERIES_FROM = 16;

function stirlingSeries(x: number): number {
  const square = x * x;
  return (
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) /
    x
  );
}

/**
 * ln Γ(x + 1) − (x + ½) ln x + x − ½ ln 2π: what Stirling's formula leaves out.
 *
 * @param x - > 0
 * @example stirlingError(1); // 0.08106146679532726
 */
export function stirlingError(x: number): number {
  if (x >= SERIES_FROM) return stirlingSeries(x);
  // Γ(x + 1) = Γ(y + 1) / ((x + 1)(x + 2)…y): go up to where the series holds, then come back.
  let product = 1;
  let y = x;
  while (y < SERIES_FROM) {
    y += 1;
    product *= y;
  }
  const logGamma = (y + 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + stirlingSeries(y);
  return logGamma - Math.log(product) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}

/**
 * The deviance x ln(x / m) + m − x, without cancellation where x is near m.
 *
 * @param x - ≥ 0
 * @param m - > 0
 * @returns ≥ 0; m when x is 0
 */
export function devianceTerm(x: number, m: number): number {
  if (x === 0) return m;
  const difference = x - m;
  if (Math.abs(difference) < 0.1 * (x + m)) {
    const v = difference / (x + m);
    let sum = difference * v;
    let term = 2 * x * v;
    for (let j = 1; j < 1_000; j += 1) {
      term *= v * v;
      const next = sum + term / (2 * j + 1);
      if (next === sum) break;
      sum = next;
    }
    return sum;
  }
  return x * Math.log(x / m) + m - x;
}

/**
 * Probability of `successes` in `trials`.
 *
 * @param p - probability of a success, and `q` = 1 − p given apart so that neither is rounded away
 * @example binomialDensity(2, 4, 0.5, 0.5); // 0.375
 */
export function binomialDensity(successes: number, trials: number, p: number, q: number): number {
  if (p <= 0) return successes === 0 ? 1 : 0;
  if (q <= 0) return successes === trials ? 1 : 0;
  if (successes === 0) return Math.exp(trials * logOfComplement(p, q));
  if (successes === trials) return Math.exp(trials * logOfComplement(q, p));
  const failures = trials - successes;
  const exponent =
    stirlingError(trials) -
    stirlingError(successes) -
    stirlingError(failures) -
    devianceTerm(successes, trials * p) -
    devianceTerm(failures, trials * q);
  return Math.exp(exponent) * Math.sqrt(trials / (2 * Math.PI * successes) / failures);
}

/** ln(1 − p) from whichever of p and 1 − p is the more exact. */
function logOfComplement(p: number, complement: number): number {
  return p < 0.5 ? Math.log1p(-p) : Math.log(complement);
}

/**
 * xᵃ e⁻ˣ / Γ(a + 1): the Poisson probability of a at mean x, for any real a > 0.
 *
 * @example gammaKernel(2, 2); // 0.2706705664732254
 */
export function gammaKernel(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}
