export * from './analysis-tally.js';
export { isRollingOut, isRolloutBusy } from './begin-rollout.js';
export { STRATEGY_NAMES } from './enter-stage.js';
export { closedByLedger } from './left-open.js';
export * from './rollout-state.js';
export * from './stages.js';
