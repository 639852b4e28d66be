export type Correction = 'benjamini-hochberg' | 'bonferroni' | 'none';

/**
 * Benjamini–Hochberg adjusted p-values: called significant below q, they keep the expected share of
 * false discoveries among the discoveries at most q.
 *
 * @param pValues - in [0, 1]; `null` where there was no test, which does not count as one
 * @returns in the order given; `null` stays
 * @example benjaminiHochberg([0.01, 0.02, 0.5]); // [0.03, 0.03, 0.5]
 * @see Y. Benjamini, Y. Hochberg, Controlling the False Discovery Rate, 1995
 */
export function benjaminiHochberg(pValues: readonly (number | null)[]): (number | null)[] {
  const tests = pValues
    .flatMap((p, index) => (p === null ? [] : [{ p: checked(p), index }]))
    .sort((a, b) => b.p - a.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let smallest = 1;
  tests.forEach(({ p, index }, fromTop) => {
    smallest = Math.min(smallest, p * (tests.length / (tests.length - fromTop)));
    adjusted[index] = smallest;
  });
  return adjusted;
}

/**
 * Bonferroni adjusted p-values: called significant below α, they keep the chance of any false alarm
 * at most α.
 *
 * @example bonferroni([0.01, 0.5, null]); // [0.02, 1, null]
 */
export function bonferroni(pValues: readonly (number | null)[]): (number | null)[] {
  const tests = pValues.filter((p) => p !== null).length;
  return pValues.map((p) => (p === null ? null : Math.min(1, checked(p) * tests)));
}

function checked(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a p-value is in [0, 1], not ${p}`);
  return p;
}
