/**
 * Event time: when something happened by the data's own clock. Text without a zone is UTC.
 * A date alone is its midnight.
 *
 * @param text - `2011-07-01`, `2011-07-01 05:00`, `2011-07-01T05:00:00`, or RFC 3339 with a zone
 * @returns milliseconds since the epoch, or `null` when the text is none of these
 * @example parseEventTimeMs('2011-07-01T05:00:00'); // 1309496400000
 */
export function parseEventTimeMs(text: string): number | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text.trim(),
    );
  if (match === null) return null;
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const ms = Date.parse(`${date}T${minutes}:${seconds}${fraction.slice(0, 4)}${offset}`);
  if (Number.isNaN(ms)) return null;
  // Date.parse rolls some impossible dates over (31 April); refuse those. Every month has 28 days.
  if (Number(date?.slice(8)) <= 28) return ms;
  const local = new Date(Date.parse(`${date}T00:00:00Z`));
  return local.toISOString().startsWith(date ?? '') ? ms : null;
}

/** Event time as RFC 3339 in UTC, without milliseconds where they are zero. */
export function formatEventTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Like {@link formatEventTime}, but a midnight is written as its date. */
export function formatEventDate(ms: number): string {
  return formatEventTime(ms).replace('T00:00:00Z', '');
}
