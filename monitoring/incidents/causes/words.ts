/** Numbers as the sentences of verdicts write them. */

export function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')} %`;
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** @example counted(1, 'window'); // '1 window' */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
