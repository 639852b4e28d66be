/** Sum of counts, checked: what every measure on counts asks of its two arguments. */
export function totalsOf(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { readonly reference: number; readonly current: number } {
  if (reference.length !== current.length) {
    throw new RangeError(
      `counts of unequal length: ${reference.length} in the reference, ${current.length} in the current sample`,
    );
  }
  return { reference: total(reference, 'reference'), current: total(current, 'current') };
}

function total(counts: ArrayLike<number>, side: string): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i] ?? 0;
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${side} count ${i} is ${count}; counts are finite and ≥ 0`);
    }
    sum += count;
  }
  if (sum === 0) throw new RangeError(`the ${side} sample is empty`);
  return sum;
}
