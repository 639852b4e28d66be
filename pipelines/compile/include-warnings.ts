import { expandMatrix, isItemSelector, itemLabel } from '../../contracts/index.js';
import { formatPath, inShort } from '../issue.js';
import { nearest } from '../nearest.js';
import { LIMITS } from '../source/limits.js';
import { entriesOf, isRawObject, type RawObject } from './context.js';
import { objectsOf, writtenMatrix } from './known-items.js';
import { type NameRead, readsOf } from './read-names.js';

/**
 * Keys that `matrix.include` adds and nothing reads, neither the step nor a selector of its items: a
 * slip, or a word for people, who see it in `show`. And those that the step reads where it adds none.
 *
 * @param source - the whole file, without errors
 */
export function includeWarnings(source: RawObject): readonly string[] {
  let reads: readonly NameRead[] | null = null;
  const warnings = entriesOf(source['steps']).flatMap(([id, step]) => {
    if (!isRawObject(step) || !isRawObject(step['matrix'])) return [];
    const { include, exclude: _, ...axes } = step['matrix'];
    const added = objectsOf(include).flatMap((entry, index) =>
      Object.keys(entry).flatMap((key) => (Object.hasOwn(axes, key) ? [] : [{ key, index }])),
    );
    if (added.length === 0) return [];
    const own = readsOf(step).filter(({ path: [root] }) => root === 'matrix');
    if (own.some(({ path }) => path.length === 1)) return [];
    reads ??= allReads(source);
    const read = new Set([...own.map(({ path }) => path[1]), ...selectedBy(reads, id)]);
    const unread = added.flatMap(({ key, index }) => {
      if (read.has(key)) return [];
      const near = nearest(key, Object.keys(axes));
      const meant = near === null ? '' : `; did you mean ${near}?`;
      const path = formatPath(['steps', id, 'matrix', 'include', index, key]);
      return [`${path}: the matrix has no axis ${key}, and nothing reads it${meant}`];
    });
    return [...unread, ...missingKeys(id, step, own)].map(inShort);
  });
  return warnings.slice(0, LIMITS.issues);
}

/** A condition of the step may leave such items out, and `has(…)` asks for what they may not have. */
function missingKeys(id: string, step: RawObject, own: readonly NameRead[]): readonly string[] {
  const matrix = isRawObject(step['matrix']) ? writtenMatrix(step['matrix']) : null;
  if (matrix === null || step['if'] !== undefined) return [];
  const names = (byHas: boolean) =>
    own.flatMap((read) => (read.asked === byHas ? (read.path[1] ?? []) : []));
  const asked = names(true);
  const certain = new Set(names(false).filter((name) => !asked.includes(name)));
  const items = expandMatrix(matrix);
  return [...certain].flatMap((name) => {
    const item = items.find((values) => !Object.hasOwn(values, name));
    if (item === undefined) return [];
    const path = formatPath(['steps', id, 'matrix']);
    return [
      `${path}: the item ${itemLabel(item)} has no ${name}, which the step reads; has(matrix.${name}) asks for it`,
    ];
  });
}

/** What all steps, those after the end and the outputs read. */
function allReads({
  steps,
  onSuccess,
  onFailure,
  finally: last,
  outputs,
}: RawObject): readonly NameRead[] {
  const hooks = [onSuccess, onFailure, last].flatMap(objectsOf);
  const parts = [...entriesOf(steps).map(([, step]) => step), ...hooks, outputs];
  return parts.flatMap((part) => (isRawObject(part) ? readsOf(part) : []));
}

/** Names by which selectors tell the items of a step: `steps.train[depth=8]`. */
function selectedBy(reads: readonly NameRead[], id: string): readonly string[] {
  return reads.flatMap(({ path: [root, step, selector] }) => {
    if (root !== 'steps' || step !== id || selector === undefined) return [];
    if (!isItemSelector(selector)) return [];
    return selector.split(',').map((part) => part.trim().split(/[.=]/, 1)[0] ?? '');
  });
}
