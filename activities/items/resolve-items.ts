import { readFile } from 'node:fs/promises';
import {
  expandMatrix,
  type FanOutSpec,
  isArtifactRef,
  type JsonObject,
  type JsonValue,
  MAX_ITEMS,
  MAX_MATRIX_VALUES,
  type MatrixSpec,
  MillraceError,
  matrixSize,
  matrixValues,
  type PlanStep,
} from '../../contracts/index.js';
import { type ExpressionScope, resolveTemplate } from '../../pipelines/expressions/index.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';

/** What a list that is an artifact may have: it is read into memory. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/**
 * The items of a fanned-out step.
 *
 * @throws MillraceError `InvalidInput` naming the step and the key, for what is no list and for more
 * items than a step may have; ExpressionError as the expressions do
 */
export async function resolveItems(
  { id, fanOut }: Pick<PlanStep, 'id' | 'fanOut'>,
  scope: ExpressionScope,
  artifacts: ArtifactStore,
): Promise<readonly JsonValue[]> {
  if (fanOut === undefined) throw new MillraceError('Internal', `step ${id} has no items`);
  const items = await itemsOf(id, fanOut, scope, artifacts);
  if (items.length > MAX_ITEMS) throw tooMany(id, items.length);
  return items;
}

async function itemsOf(
  id: string,
  fanOut: FanOutSpec,
  scope: ExpressionScope,
  artifacts: ArtifactStore,
): Promise<readonly JsonValue[]> {
  if (fanOut.matrix === undefined) {
    return asList(resolveTemplate(fanOut.forEach, scope), `step ${id}: forEach`, artifacts);
  }
  const { axes, include = [], exclude = [] }: MatrixSpec = fanOut.matrix;
  const lists: Record<string, readonly JsonValue[]> = {};
  for (const [name, template] of Object.entries(axes)) {
    const place = `step ${id}: axis ${name} of the matrix`;
    lists[name] = await asList(resolveTemplate(template, scope), place, artifacts);
  }
  const size = matrixSize({ axes: lists });
  if (size > MAX_ITEMS) throw tooMany(id, size);
  const added = include.map((values) => resolveTemplate(values, scope) as JsonObject);
  if (matrixValues({ axes: lists, include: added }) > MAX_MATRIX_VALUES) {
    throw new MillraceError(
      'InvalidInput',
      `step ${id}: include adds too many keys to the ${size} combinations of the matrix`,
      'let a step choose the combinations and use forEach',
    );
  }
  return expandMatrix({
    axes: lists,
    include: added,
    exclude: exclude.map((values) => resolveTemplate(values, scope) as JsonObject),
  });
}

async function asList(
  value: JsonValue,
  place: string,
  artifacts: ArtifactStore,
): Promise<readonly JsonValue[]> {
  if (Array.isArray(value)) return value;
  const candidate: unknown = value;
  if (!isArtifactRef(candidate)) {
    throw new MillraceError(
      'InvalidInput',
      `${place} needs a list, it is ${shown(value)}`,
      'let an earlier step hand on a list as a value, or as a file of JSON',
    );
  }
  if (candidate.bytes > MAX_LIST_BYTES) {
    throw new MillraceError('InvalidInput', `${place}: the list has ${candidate.bytes} bytes`);
  }
  const text = await readFile(await artifacts.localPath(candidate), 'utf8');
  const list = listIn(text);
  if (list !== null) return list;
  throw new MillraceError(
    'InvalidInput',
    `${place}: the file ${candidate.uri} holds no list`,
    'write a JSON list, or one JSON value a line',
  );
}

/** A JSON list, or a JSON value on each line. */
function listIn(text: string): readonly JsonValue[] | null {
  try {
    const whole: unknown = JSON.parse(text);
    if (Array.isArray(whole)) return whole as readonly JsonValue[];
  } catch {
    // Then each line is a value.
  }
  try {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => JSON.parse(line) as JsonValue);
  } catch {
    return null;
  }
}

function tooMany(id: string, count: number): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `step ${id} has ${count} items, ${MAX_ITEMS} are allowed`,
    'let an item be a batch',
  );
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
