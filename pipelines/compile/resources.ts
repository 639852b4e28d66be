import type { StepKind } from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import type { RawObject } from './context.js';

/** Kinds whose work is done by a process of their own: only that can be bounded. */
const IN_A_PROCESS: readonly StepKind[] = ['run', 'train', 'impute', 'encode', 'select'];

export function checkResources(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  report: (finding: Finding) => void,
): void {
  // An approval has its own word for it.
  if (kind === null || kind === 'approve' || step['resources'] === undefined) return;
  if (IN_A_PROCESS.includes(kind)) return;
  report({
    path: [...base, 'resources'],
    at: 'key',
    code: 'misplaced',
    message: `resources bound a process, and ${kind} has none of its own: the worker does it`,
    hint: 'remove it; queue: chooses which workers do the step',
  });
}
