import type { BacktestProgress } from '../../backtest/run-backtest.js';
import type { Output } from '../output.js';

const NOTE_EVERY_MS = 15_000;

export interface ShownBacktest {
  readonly show: (progress: BacktestProgress) => void;
  readonly clear: () => void;
}

/** One line on stderr that is drawn again; where stderr is no terminal, a line now and then. */
export function backtestProgress(out: Output): ShownBacktest {
  const strategies = new Map<string, BacktestProgress>();
  let drawn = false;
  let notedMs = performance.now();
  const line = ({ trained, reused }: BacktestProgress): string => {
    const all = [...strategies.values()];
    const parts = all.map(({ strategy, done, of }) => `${strategy} ${done}/${of}`);
    return `${parts.join(' · ')} — trained ${trained}, found ${reused}`;
  };
  return {
    show(progress) {
      strategies.set(progress.strategy, progress);
      if (out.live) {
        drawn = true;
        const text = line(progress).slice(0, out.terminalSize.columns - 1);
        out.draw(`\r${text}\u001b[K`);
      } else if (performance.now() - notedMs > NOTE_EVERY_MS) {
        notedMs = performance.now();
        out.note(line(progress));
      }
    },
    clear() {
      if (drawn) out.draw('\r\u001b[K');
      drawn = false;
    },
  };
}
