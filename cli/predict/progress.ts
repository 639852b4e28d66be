import type { Output } from '../output.js';

/** Work that ends sooner than this shows no progress. */
const PATIENCE_MS = 700;
const REDRAW_MS = 200;

/** One line on stderr, drawn again in place; nothing where that is no terminal. */
export function batchProgress(out: Output): {
  readonly show: (rows: number) => void;
  readonly clear: () => void;
} {
  const startedMs = performance.now();
  let drawnMs = 0;
  return {
    show(rows) {
      const nowMs = performance.now();
      if (!out.live || nowMs - startedMs < PATIENCE_MS || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      const rate = Math.round(rows / ((nowMs - startedMs) / 1_000));
      out.draw(`\r${rows} rows, ${rate} a second \u001b[K`);
    },
    clear() {
      if (drawnMs > 0) out.draw('\r\u001b[K');
      drawnMs = 0;
    },
  };
}
