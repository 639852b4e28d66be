export { type BacktestProgress, type BacktestRequest, runBacktest } from './run-backtest.js';
export { NAMED_CADENCES } from './strategies/cadences.js';
export { chooseStrategies, type StrategyChoice } from './strategies/choose-strategies.js';
export { type NamedText, type ReadPolicies, readPolicies } from './strategies/policy-file.js';
export type { TuneOptions } from './tune/tune.js';
