import { nearest } from '../nearest.js';

/** Names of today for zones that the runtime lists under an older one. */
const RENAMED = [
  'America/Argentina/Buenos_Aires',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Kanton',
  'Etc/UTC',
  'UTC',
];

/**
 * What is wrong with a time zone, or `null`.
 *
 * @example timeZoneFault('Europe/Berln')?.hint; // 'did you mean Europe/Berlin?'
 */
export function timeZoneFault(
  name: string,
): { readonly message: string; readonly hint: string } | null {
  const known = [...Intl.supportedValuesOf('timeZone'), ...RENAMED];
  if (known.includes(name)) return null;
  const sameLetters = known.find((zone) => zone.toLowerCase() === name.toLowerCase());
  // Offsets such as +01:00 know no daylight saving; the server takes names only, written exactly.
  const isName = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name);
  if (sameLetters === undefined && isName && isKnownToIntl(name)) return null;
  const near = sameLetters ?? nearest(name, known);
  return {
    message: `unknown time zone ${name}`,
    hint: near === null ? 'an IANA name such as Europe/Berlin or UTC' : `did you mean ${near}?`,
  };
}

function isKnownToIntl(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
