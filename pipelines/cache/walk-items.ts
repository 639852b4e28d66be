import {
  type CollectedItem,
  EMPTY_OUTPUTS,
  expandMatrix,
  type FanOutSpec,
  itemLabel,
  itemStepId,
  type JsonObject,
  type JsonValue,
  MAX_ITEMS,
  MAX_MATRIX_VALUES,
  matrixSize,
  matrixValues,
  type PlanStep,
  type Template,
} from '../../contracts/index.js';
import {
  ExpressionError,
  type ExpressionScope,
  evaluateCondition,
  resolveTemplate,
  templateReferences,
} from '../expressions/index.js';
import type { StepCacheStatus } from './walk-plan.js';

/** What would become of one item. */
export interface ItemCacheStatus {
  /** From 0. */
  readonly index: number;
  /** What tells it from the others: `depth=8`. */
  readonly item: string;
  readonly status: StepCacheStatus['status'];
  readonly reason: string;
  readonly skipped?: true;
}

/** Items that are looked up one by one; of more only their number is told. */
const MOST_LOOKED_UP = 200;

/**
 * What can be told of a fanned-out step before it begins: how many items it has and which of them are
 * there already, or which step decides that.
 *
 * @param open - steps whose outputs are not known yet → what becomes of them
 * @param statusOf - of one item: the step under the item's id, and what its expressions read
 */
export async function walkItems(
  step: PlanStep,
  fanOut: FanOutSpec,
  scope: ExpressionScope,
  open: ReadonlyMap<string, string>,
  statusOf: (step: PlanStep, scope: ExpressionScope) => Promise<StepCacheStatus>,
): Promise<StepCacheStatus> {
  const unknown = (reason: string): StepCacheStatus => {
    return { stepId: step.id, status: 'unknown', reason };
  };
  const deciding = deciders(fanOut).find((id) => open.has(id));
  if (deciding !== undefined) {
    return unknown(`step ${deciding} decides which items it has, and ${open.get(deciding)}`);
  }
  let items: readonly JsonValue[] | null;
  try {
    items = itemsOf(fanOut, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return unknown(error.message);
    throw error;
  }
  if (items === null) return unknown('its items are read from a file when it begins');
  if (items.length === 0) return { ...unknown('it has no items'), skipped: true };
  const count = counted(items.length);
  if (items.length > MOST_LOOKED_UP) {
    return unknown(`${count}, each looked for when it begins`);
  }
  const root = fanOut.matrix === undefined ? 'item' : 'matrix';
  const statuses: ItemCacheStatus[] = [];
  const list: CollectedItem[] = [];
  for (const [index, item] of items.entries()) {
    const own = { ...scope, [root]: item };
    const found = leavesOut(step, own)
      ? leftOut(step)
      : await statusOf({ ...step, id: itemStepId(step.id, index) }, own);
    const { status, reason, skipped, entry } = found;
    statuses.push({ index, item: itemLabel(item), status, reason, ...(skipped && { skipped }) });
    list.push({ item, outputs: entry?.outcome.outputs ?? null });
  }
  const whole = summary(step.id, count, statuses);
  const outputs = { ...EMPTY_OUTPUTS, items: { count: items.length, list } };
  return { ...whole, items: statuses, ...(whole.status === 'hit' && { outputs }) };
}

function summary(
  stepId: string,
  count: string,
  items: readonly ItemCacheStatus[],
): StepCacheStatus {
  const done = items.filter(({ skipped }) => skipped !== true);
  const left = items.length - done.length;
  if (done.length === 0) {
    return { stepId, status: 'unknown', reason: `${count}, all of them skipped`, skipped: true };
  }
  const of = (status: ItemCacheStatus['status']) => done.filter((item) => item.status === status);
  const reused = of('hit').length;
  if (reused === done.length) {
    const without = left === 0 ? '' : `, ${left} of them skipped`;
    return { stepId, status: 'hit', reason: `${count}${without}, nothing changed` };
  }
  const first = of('miss')[0] ?? of('unknown')[0];
  const why = first === undefined ? '' : `; ${itemStepId(stepId, first.index)}: ${first.reason}`;
  const status = of('miss').length > 0 ? 'miss' : 'unknown';
  return { stepId, status, reason: `${count}, ${reused} of them reused${why}` };
}

function counted(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}

/** Steps whose outputs its list is made of. */
function deciders({ forEach, matrix }: FanOutSpec): readonly string[] {
  const templates: readonly Template[] =
    matrix === undefined
      ? [forEach]
      : [...Object.values(matrix.axes), ...(matrix.include ?? []), ...(matrix.exclude ?? [])];
  return templates
    .flatMap(templateReferences)
    .flatMap(([root, step]) => (root === 'steps' && step !== undefined ? [step] : []));
}

/** `null` where a list is an artifact. */
function itemsOf(fanOut: FanOutSpec, scope: ExpressionScope): readonly JsonValue[] | null {
  if (fanOut.matrix === undefined) return listOf(resolveTemplate(fanOut.forEach, scope));
  const { axes, include = [], exclude = [] } = fanOut.matrix;
  const lists: Record<string, readonly JsonValue[]> = {};
  for (const [name, template] of Object.entries(axes)) {
    const list = listOf(resolveTemplate(template, scope));
    if (list === null) return null;
    lists[name] = list;
  }
  if (matrixSize({ axes: lists }) > MAX_ITEMS) return null;
  const added = include.map((values) => resolveTemplate(values, scope) as JsonObject);
  if (matrixValues({ axes: lists, include: added }) > MAX_MATRIX_VALUES) return null;
  return expandMatrix({
    axes: lists,
    include: added,
    exclude: exclude.map((values) => resolveTemplate(values, scope) as JsonObject),
  });
}

function listOf(value: JsonValue): readonly JsonValue[] | null {
  return Array.isArray(value) ? value : null;
}

function leftOut({ id, if: condition }: PlanStep): StepCacheStatus {
  const reason = `it is skipped: ${condition} is false`;
  return { stepId: id, status: 'unknown', reason, skipped: true };
}

/** Whether its `if`, which reads the item, is known to be false. */
function leavesOut({ if: condition }: PlanStep, scope: ExpressionScope): boolean {
  if (condition === null) return false;
  try {
    return !evaluateCondition(condition, scope);
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}
