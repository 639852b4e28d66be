const SECOND_MS = 1_000;

let writtenMs = Number.NaN;
let written = '';
/** The second of it, `2011-07-01T05:00:00.`: a whole time is dear to write. */
let secondStartMs = Number.NaN;
let second = '';

/** The wall clock, RFC 3339 with milliseconds: written once for all that happens in the same one. */
export function wallClock(): string {
  const nowMs = Date.now();
  if (nowMs === writtenMs) return written;
  const startMs = nowMs - (nowMs % SECOND_MS);
  if (startMs !== secondStartMs) {
    secondStartMs = startMs;
    second = new Date(startMs).toISOString().slice(0, -'000Z'.length);
  }
  writtenMs = nowMs;
  written = `${second}${String(nowMs - startMs).padStart(3, '0')}Z`;
  return written;
}
