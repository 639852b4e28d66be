import { IMAGE_PATTERN, type StepKind, type Template } from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { DocumentPath } from '../issue.js';
import { type CompileContext, entriesOf, isRawObject, type RawObject } from './context.js';
import { checkTemplate, type StepUse } from './expressions.js';

/**
 * Checks where a step's process is to run.
 *
 * @param uses - the steps that the image's expressions read are added
 * @returns the image with its expressions still open; `null` where there is none
 */
export function checkRunner(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  { report }: CompileContext,
  uses: StepUse[],
): Template | null {
  const { runner } = step;
  if (runner === undefined) return null;
  const path = [...base, 'runner'];
  if (kind !== 'run' && kind !== null) {
    report({
      path,
      at: 'key',
      code: 'misplaced',
      message: `runner: belongs to a run: step, this one is ${kind}`,
      hint: 'remove it; queue: chooses which workers do the step',
    });
  }
  if (!isRawObject(runner)) return null;
  const kinds = entriesOf(runner).filter(([name]) => name === 'docker' || name === 'kubernetes');
  const [first, second] = kinds;
  if (second !== undefined) {
    report({
      path: [...path, second[0]],
      at: 'key',
      code: 'misplaced',
      message: 'a step runs in docker or in kubernetes, never in both',
      hint: 'keep one of them',
    });
  }
  if (first === undefined) {
    if (Object.keys(runner).length > 0) return null;
    report({
      path,
      at: 'key',
      code: 'missing-key',
      message: 'the runner says neither docker nor kubernetes',
      hint: 'runner: {docker: {image: "python:3.12-slim"}}',
    });
    return null;
  }
  const [name, options] = first;
  if (!isRawObject(options)) return null;
  const { image } = options;
  if (typeof image !== 'string' || image === '') return null;
  const at = [...path, name, 'image'];
  const checked = checkTemplate(image, at, roots, report);
  uses.push(...checked.uses);
  if (typeof checked.template === 'string' && !IMAGE_PATTERN.test(checked.template)) {
    report({
      path: at,
      at: 'value',
      code: 'bad-value',
      message: 'not an image',
      hint: 'name:tag, or name@sha256:…, with its registry before it: python:3.12-slim',
    });
  }
  return checked.template;
}
