let writtenMs = Number.NaN;
let written = '';

/** The wall clock, RFC 3339 with milliseconds: written once for all that happens in the same one. */
export function wallClock(): string {
  const nowMs = Date.now();
  if (nowMs !== writtenMs) {
    writtenMs = nowMs;
    written = new Date(nowMs).toISOString();
  }
  return written;
}
