import { type Family, single } from '../observing/exposition.js';
import type { MemoryBudget } from './memory-budget.js';

/** What shows whether the models fit into their memory: one that is parked often does not. */
export function memoryFamilies(budget: MemoryBudget): readonly Family[] {
  return [
    single(
      'millrace_model_memory_bytes',
      'What all loaded models are reckoned to take.',
      'gauge',
      () => budget.bytes,
    ),
    single(
      'millrace_model_memory_limit_bytes',
      'What they may take together.',
      'gauge',
      () => budget.limitBytes,
    ),
    single(
      'millrace_models_parked_total',
      'How often a model gave its memory up for another one.',
      'counter',
      () => budget.parked,
    ),
  ];
}
