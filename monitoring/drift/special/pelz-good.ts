const PI_SQUARED = Math.PI ** 2;

/**
 * Distribution function of the one-sample two-sided Kolmogorov statistic for large n.
 *
 * The expansion K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^{3/2} at z = d√n, each Kᵢ a theta series in
 * q = e^{−π²/8z²}. Error below 1e-10 where {@link kolmogorovSurvival} calls it (n > 140).
 *
 * @param d - in (0, 1)
 * @param n - rows
 * @returns P(Dₙ ≤ d), about; clipped to [0, 1]
 * @see W. Pelz, I. J. Good, Approximating the Lower Tail-Areas of the Kolmogorov–Smirnov
 * One-Sample Statistic, 1976
 */
export function pelzGoodCdf(d: number, n: number): number {
  const z = d * Math.sqrt(n);
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const terms = Math.ceil((16 * z) / Math.PI);
  let [k0, k1, k2, k3] = [0, 0, 0, 0];
  for (let i = terms; i >= 1; i -= 1) {
    // Odd halves of the theta series: u = π²(2i − 1)²/4.
    const u = (PI_SQUARED * (2 * i - 1) ** 2) / 4;
    const weight = Math.exp(-u / (2 * z2));
    k0 += weight;
    k1 += (u - z2) * weight;
    k2 += (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * u + (1 - 2 * z2) * u * u) * weight;
    k3 +=
      (-30 * z6 -
        90 * z6 * z2 +
        (135 * z4 - 96 * z6) * u +
        (212 * z4 - 60 * z2) * u * u +
        (5 - 30 * z2) * u ** 3) *
      weight;
  }
  let [even2, even3] = [0, 0];
  for (let i = terms; i >= 1; i -= 1) {
    const v = PI_SQUARED * i * i;
    const weight = Math.exp(-v / (2 * z2));
    even2 += v * weight;
    even3 += (3 * z2 - v) * v * weight;
  }
  const root = Math.sqrt(2 * Math.PI);
  const sum =
    (root / z) * k0 +
    ((root / (6 * z4)) * k1) / Math.sqrt(n) +
    (root * (k2 / (72 * z6 * z) - even2 / (36 * z2 * z))) / n +
    (root * (k3 / (6480 * z6 * z4) + even3 / (216 * z6))) / n ** 1.5;
  return Math.min(1, Math.max(0, sum));
}
