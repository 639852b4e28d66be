import type { MonitorSpec } from '../../contracts/index.js';
import { cadenceOf, cadenceStrategy, neverStrategy, policyStrategy } from './cadences.js';
import type { PolicyVariant } from './policy-file.js';
import type { Strategy } from './strategy.js';

/** What a backtest is asked to compare, by name. */
export interface StrategyChoice {
  /** `never`, a cadence or a variant's name; `policy` and `oracle` are there in any case. */
  readonly compare: readonly string[];
  /** Of `--policy`; one that is called `policy` takes the place of the file's own. */
  readonly variants: readonly PolicyVariant[];
}

/**
 * The strategies in the order in which they are shown: the policy, variants, then what they are
 * compared with. Each stands once.
 *
 * @param monitor - the file's own block, with the length of window that the backtest is asked for
 */
export function chooseStrategies(
  { compare, variants }: StrategyChoice,
  monitor: MonitorSpec,
): readonly Strategy[] {
  const { everyMs } = monitor.window;
  const named = variants.map(({ name, monitor: block, saysEvery }) =>
    policyStrategy(name, saysEvery ? block : withLength(block, everyMs)),
  );
  const own = named.some(({ name }) => name === 'policy')
    ? []
    : [policyStrategy('policy', monitor)];
  const others = compare.flatMap((name): readonly Strategy[] => {
    if (name === 'never') return [neverStrategy(monitor)];
    const cadenceMs = cadenceOf(name);
    return cadenceMs === null ? [] : [cadenceStrategy(name, cadenceMs, monitor)];
  });
  const all = new Map([...own, ...named, ...others].map((strategy) => [strategy.name, strategy]));
  return [...all.values()];
}

/** Windows of another length, cut as the monitor cuts its own. */
export function withLength(monitor: MonitorSpec, everyMs: number): MonitorSpec {
  return { ...monitor, window: { ...monitor.window, everyMs } };
}
