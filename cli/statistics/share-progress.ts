import type { Output } from '../output.js';
import { formatShare } from '../render/values.js';

/** Work that ends sooner than this shows no progress. */
const PATIENCE_MS = 700;

export interface ShownProgress {
  /** @param share - of the work that is done, in [0, 1] */
  readonly show: (share: number) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/**
 * One line on stderr, drawn again in place; nothing where that is no terminal.
 *
 * @param done - what becomes of the work: `34 % compared`
 */
export function shareProgress(out: Output, done: string): ShownProgress {
  const startedMs = performance.now();
  let drawn = false;
  return {
    show(share) {
      if (!out.live || performance.now() - startedMs < PATIENCE_MS) return;
      drawn = true;
      out.draw(`\r${formatShare(share)} ${done} \u001b[K`);
    },
    clear() {
      if (drawn) out.draw('\r\u001b[K');
      drawn = false;
    },
  };
}
