/** As a time is written here: `2011-07-01T05:00:00Z`. */
const CHARACTERS = 20;
const ZERO = 0x30;
const DASH = 0x2d;
const COLON = 0x3a;
const T = 0x54;
const Z = 0x5a;
/** Every month has so many days: whether there is a later one takes a calendar. */
const DAYS_OF_EVERY_MONTH = 28;

/**
 * Whether a value is a time as it is written here, on a day that is in every month: such a time stays
 * as it is. Others may be times too. By its characters, as it is asked for each row: two regular
 * expressions and a date took eight times as long.
 */
export function isWrittenTime(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== CHARACTERS) return false;
  const hasMarks =
    value.charCodeAt(4) === DASH &&
    value.charCodeAt(7) === DASH &&
    value.charCodeAt(10) === T &&
    value.charCodeAt(13) === COLON &&
    value.charCodeAt(16) === COLON &&
    value.charCodeAt(19) === Z;
  if (!hasMarks || twoDigits(value, 0) < 0 || twoDigits(value, 2) < 0) return false;
  return (
    isBetween(twoDigits(value, 5), 1, 12) &&
    isBetween(twoDigits(value, 8), 1, DAYS_OF_EVERY_MONTH) &&
    isBetween(twoDigits(value, 11), 0, 23) &&
    isBetween(twoDigits(value, 14), 0, 59) &&
    isBetween(twoDigits(value, 17), 0, 59)
  );
}

/** Negative where they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return isBetween(tens, 0, 9) && isBetween(ones, 0, 9) ? tens * 10 + ones : -1;
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
