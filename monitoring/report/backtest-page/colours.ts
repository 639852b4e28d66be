import type { BacktestStrategy } from '../../../contracts/index.js';

/** Lines and names of strategies: on a card each has a contrast of at least 4.5 : 1 (tested). */
export const LIGHT_LINES = [
  '#a83a12',
  '#1c5d8a',
  '#2b6a48',
  '#74418f',
  '#8f1d52',
  '#6b5c14',
  '#3d5166',
] as const;

export const DARK_LINES = [
  '#ff9d6b',
  '#8cc4ee',
  '#86cfa3',
  '#cfa8f0',
  '#ff93bd',
  '#dcc766',
  '#b3c4d6',
] as const;

/** Beside its colour each line has a way of its own to be dashed. */
const DASHES = ['', '7 3', '2 3', '10 3 2 3', '5 2', '1 2', '12 4'] as const;

/** How a strategy is drawn. */
export interface LineLook {
  /** Class of the page: `line-3`. */
  readonly name: string;
  readonly dash: string;
}

/** Policies first; `never` and the oracle have looks of their own, whatever else is compared. */
export function lookOf(
  strategies: readonly BacktestStrategy[],
  strategy: BacktestStrategy,
): LineLook {
  if (strategy.kind === 'never') return { name: 'line-never', dash: '' };
  if (strategy.kind === 'oracle') return { name: 'line-oracle', dash: '4 3' };
  const own = strategies.filter(({ kind }) => kind === 'policy' || kind === 'cadence');
  const place = Math.max(0, own.indexOf(strategy)) % LIGHT_LINES.length;
  return { name: `line-${place}`, dash: DASHES[place] ?? '' };
}

/** Custom properties and the classes that use them. */
export function lineVariables(lines: readonly string[]): string {
  return lines.map((colour, i) => `--line-${i}:${colour};`).join('');
}

export const LINE_CLASSES = [
  ...LIGHT_LINES.map((_, i) => `.line-${i} { --own: var(--line-${i}); }`),
  '.line-never { --own: var(--quiet); }',
  '.line-oracle { --own: var(--reference-edge); }',
].join('\n');
