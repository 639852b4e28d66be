import type { StepKind } from '../../contracts/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { isRawObject, type RawObject } from './context.js';

const OF_ITS_STEPS = 'the pipeline that it uses is a run of its own, whose steps say it';

/** Checks that a step which runs another pipeline says nothing that would not be done. */
export function checkSubPipeline(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  report: (finding: Finding) => void,
): void {
  if (kind !== 'pipeline') return;
  for (const key of ['retry', 'queue']) {
    if (step[key] === undefined) continue;
    report({
      path: [...base, key],
      at: 'key',
      code: 'misplaced',
      message: `${key} does not go with pipeline: ${OF_ITS_STEPS}`,
      hint: 'remove it',
    });
  }
  const { timeout } = step;
  const attempt = isRawObject(timeout) ? timeout['attempt'] : timeout;
  if (attempt === undefined) return;
  report({
    path: isRawObject(timeout) ? [...base, 'timeout', 'attempt'] : [...base, 'timeout'],
    at: 'key',
    code: 'misplaced',
    message: 'a pipeline as a step has no attempts to bound',
    hint: `timeout: {total: ${typeof attempt === 'string' ? attempt : '2h'}} bounds the whole run`,
  });
}
