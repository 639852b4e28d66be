import type { FanOutSpec, JsonValue, StepKind, Template } from '../../contracts/index.js';
import type { RootTypes, Shape } from '../expressions/index.js';
import type { DocumentPath } from '../issue.js';
import { type CompileContext, isRawObject, type RawObject } from './context.js';
import { checkTemplate, type StepUse } from './expressions.js';
import type { KnownItems } from './known-items.js';
import { checkMatrix, matrixShape, refuseNonList } from './matrix.js';

export interface CheckedFanOut {
  readonly fanOut: FanOutSpec | null;
  /** What the step's own expressions may read: `matrix` or `item` besides. */
  readonly roots: RootTypes;
}

/** Waits for people or changes the one thing that is in production: done once or not at all. */
const ONCE: readonly StepKind[] = ['deploy', 'approve'];

/** Checks `matrix` and `forEach` with what belongs to them. */
export function checkFanOut(
  kind: StepKind | null,
  step: RawObject,
  base: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): CheckedFanOut {
  const { matrix, forEach } = step;
  const misplaced = (key: string, message: string, hint: string): void => {
    context.report({ path: [...base, key], at: 'key', code: 'misplaced', message, hint });
  };
  if (matrix === undefined && forEach === undefined) {
    for (const key of ['maxParallel', 'failFast']) {
      if (step[key] === undefined) continue;
      misplaced(key, `${key}: belongs to a step with matrix or forEach`, 'remove it');
    }
    return { fanOut: null, roots };
  }
  if (matrix !== undefined && forEach !== undefined) {
    misplaced('forEach', 'a step has matrix or forEach, never both', 'make the list an axis');
  }
  if (kind !== null && ONCE.includes(kind)) {
    const key = matrix === undefined ? 'forEach' : 'matrix';
    misplaced(key, `${kind} is done once in a run`, 'let the steps before it be many');
  }
  const { maxParallel, failFast } = step;
  const control = {
    ...(typeof maxParallel === 'number' && { maxParallel }),
    ...(failFast === false && { failFast: false as const }),
  };
  if (isRawObject(matrix)) {
    const spec = checkMatrix(matrix, step, [...base, 'matrix'], roots, context, uses);
    return {
      fanOut: { matrix: spec, ...control },
      roots: { ...roots, matrix: matrixShape(matrix) },
    };
  }
  const items = checkForEach(forEach, [...base, 'forEach'], roots, context, uses);
  return { fanOut: { forEach: items, ...control }, roots: { ...roots, item: 'any' } };
}

function checkForEach(
  forEach: JsonValue | undefined,
  path: DocumentPath,
  roots: RootTypes,
  context: CompileContext,
  uses: StepUse[],
): Template {
  const {
    template,
    value,
    uses: read,
  } = checkTemplate(forEach ?? null, path, roots, context.report);
  uses.push(...read);
  refuseNonList('forEach', value, path, context.report);
  return template;
}

/**
 * What `steps.<id>` of a fanned-out step holds: lists of what one item hands on.
 *
 * @param step - as it is written: items that stand there can be told from those that do not
 */
export function collectedShape(item: Shape, step: RawObject, known: KnownItems): Shape {
  if (typeof item === 'string') return 'any';
  const names = Object.keys(item.fields).filter((name) => name !== 'metrics');
  return {
    fields: {
      ...Object.fromEntries(names.map((name) => [name, 'any' as const])),
      metrics: { fields: {}, others: 'any' },
    },
    item,
    items: () => known.of(step),
    ...(item.others !== undefined && { others: 'any' as const }),
  };
}
