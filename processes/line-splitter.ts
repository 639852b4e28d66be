/** Longer lines are cut: nobody reads them, and a program without line ends must not fill memory. */
export const MAX_LINE_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into lines.
 *
 * @param onLine - called with each line without its end; `cut` when the rest of it was dropped
 */
export function createLineSplitter(onLine: (line: Buffer, cut: boolean) => void): {
  push(chunk: Buffer): void;
  end(): void;
} {
  let parts: Buffer[] = [];
  let length = 0;
  let cut = false;

  function keep(part: Buffer): void {
    const room = MAX_LINE_BYTES - length;
    if (part.length > room) cut = true;
    const kept = part.subarray(0, room);
    // A copy, so that a short tail does not hold the whole chunk in memory.
    if (kept.length > 0) parts.push(Buffer.from(kept));
    length += kept.length;
  }

  function emit(): void {
    onLine(Buffer.concat(parts), cut);
    parts = [];
    length = 0;
    cut = false;
  }

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        keep(chunk.subarray(start, end));
        emit();
        start = end + 1;
      }
      keep(chunk.subarray(start));
    },
    end() {
      if (length > 0 || cut) emit();
    },
  };
}
