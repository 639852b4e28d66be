/** What stands where there is no number. */
export const NO_NUMBER = '—';

/** A number stays on one line. */
const NO_BREAK = '\u00A0';

/** U+2212: as wide as a plus, where a hyphen is not. */
const MINUS = '−';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Below about this a double has lost the digits that would be shown, or is 0. */
const SMALLEST_P = 1e-307;

/** Where fixed notation ends on either side. */
const SMALLEST_FIXED = 1e-4;
const LARGEST_FIXED = 1e15;

/** Significant digits of a difference. */
const DIFFERENCE_DIGITS = 3;

/**
 * A number to read: significant digits, thousands grouped, powers of ten where the fixed form would
 * be long.
 *
 * @param digits - significant digits of the fraction; whole digits are never dropped
 * @example formatNumber(12345.678); // '12,346'
 * @example formatNumber(0.00001234); // '1.234 × 10⁻⁵'
 */
export function formatNumber(value: number | null, digits = 4): string {
  if (value === null || Number.isNaN(value)) return NO_NUMBER;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude < SMALLEST_FIXED || magnitude >= LARGEST_FIXED) return scientific(value, digits);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
  return trimZeros(formatFixed(value, decimals));
}

/** A number with so many decimals, thousands grouped, the zeros at its end kept. */
export function formatFixed(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/**
 * Two numbers with as many decimals as their difference needs, so that they can be compared.
 *
 * @example formatPair(1000.1234, 1000.1567); // ['1,000.1234', '1,000.1567']
 */
export function formatPair(before: number, after: number): readonly [string, string] {
  const difference = Math.abs(after - before);
  const largest = Math.max(Math.abs(before), Math.abs(after));
  const outside = largest >= LARGEST_FIXED || (largest > 0 && largest < SMALLEST_FIXED);
  if (difference === 0 || outside || !Number.isFinite(difference)) {
    return [formatNumber(before), formatNumber(after)];
  }
  let decimals = Math.min(
    12,
    Math.max(0, DIFFERENCE_DIGITS - 1 - Math.floor(Math.log10(difference))),
  );
  const isRound = (value: number) => formatFixed(value, decimals).endsWith('0');
  while (decimals > 0 && isRound(before) && isRound(after)) decimals -= 1;
  return [formatFixed(before, decimals), formatFixed(after, decimals)];
}

/** A difference with its sign. */
export function formatDifference(value: number): string {
  const text = formatNumber(Math.abs(value), DIFFERENCE_DIGITS);
  return value === 0 || text === '0' ? '0' : `${value > 0 ? '+' : MINUS}${text}`;
}

/**
 * A p-value: four decimals, so that they stand below one another; powers of ten below 0.001.
 *
 * @example formatPValue(4.2188e-15); // '4.22 × 10⁻¹⁵'
 */
export function formatPValue(p: number | null): string {
  if (p === null || Number.isNaN(p)) return NO_NUMBER;
  if (p < SMALLEST_P) return `<${NO_BREAK}${scientific(SMALLEST_P, 1)}`;
  if (p < 0.001) return scientific(p, 3);
  return p > 0.9999 && p < 1 ? `>${NO_BREAK}0.9999` : p.toFixed(4);
}

/**
 * A share as a percentage; what is not nothing does not read as nothing, nor all but all as all.
 *
 * @example formatShare(0.00003); // '< 0.01 %'
 */
export function formatShare(share: number | null): string {
  if (share === null || Number.isNaN(share)) return NO_NUMBER;
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return `<${NO_BREAK}0.01${NO_BREAK}%`;
  if (percent > 99.99 && percent < 100) return `>${NO_BREAK}99.99${NO_BREAK}%`;
  const decimals = percent < 1 || percent > 99 ? 2 : 1;
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(decimals)}${NO_BREAK}%`;
}

/** A count of something, with the word for it: `1 row`, `10,000 rows`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatFixed(count, 0)} ${count === 1 ? one : many}`;
}

/** A number as programs read it: what a copied table holds. */
export function plainNumber(value: number | null, digits = 6): string {
  if (value === null || !Number.isFinite(value)) return '';
  return String(Number(value.toPrecision(digits)));
}

function scientific(value: number, digits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const power = exponent.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  const sign = mantissa.replace('-', MINUS);
  return `${sign.includes('.') ? trimZeros(sign) : sign}${NO_BREAK}×${NO_BREAK}10${power.replace('+', '').replace('-', '⁻')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
