import {
  type CollectedItem,
  findItem,
  isItemSelector,
  type JsonValue,
  type StepOutputs,
} from '../../contracts/index.js';
import type { Reference } from './references.js';

/** `steps.train[depth=8]` of an expression: the step and what its brackets say. */
export interface ItemReference {
  readonly step: string;
  readonly selector: string;
}

/** The items that an expression names, among all that it reads. */
export function itemReferences(references: readonly Reference[]): readonly ItemReference[] {
  return references.flatMap(({ path: [root, step, selector] }) =>
    root === 'steps' && step !== undefined && selector !== undefined && isItemSelector(selector)
      ? [{ step, selector }]
      : [],
  );
}

/** What `steps.<id>` holds: its values and artifacts by name, and `metrics`. */
export function valuesOf(outputs: StepOutputs): { readonly [name: string]: unknown } {
  return { ...outputs.values, ...outputs.artifacts, metrics: outputs.metrics };
}

const views = new WeakMap<readonly CollectedItem[], { readonly [name: string]: unknown }>();

/** What `steps.<id>` of a fanned-out step holds: every name is a list in item order. */
export function collectedValues(list: readonly CollectedItem[]): {
  readonly [name: string]: unknown;
} {
  const known = views.get(list);
  if (known !== undefined) return known;
  const each = list.map(({ outputs }) => (outputs === null ? {} : valuesOf(outputs)));
  const metrics = list.map(({ outputs }) => outputs?.metrics ?? {});
  const view = { ...asLists(each), metrics: asLists(metrics) };
  views.set(list, view);
  return view;
}

/** `null` where an item handed on nothing of that name. */
function asLists(each: readonly { readonly [name: string]: unknown }[]): {
  readonly [name: string]: unknown;
} {
  const names = new Set(each.flatMap((values) => Object.keys(values)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      each.map((values) => (Object.hasOwn(values, name) ? values[name] : null)),
    ]),
  );
}

/**
 * What the named item handed on.
 *
 * @throws Error when no item has these values, or several have; an item that handed nothing on is
 * empty, so that an expression can ask with `has(…)`
 */
export function selectedItem(
  list: readonly CollectedItem[],
  { step, selector }: ItemReference,
): { readonly [name: string]: unknown } {
  const index = findItem(itemsOf(list), selector);
  if (index === null) throw new Error(`step ${step} has no item [${selector}]`);
  if (index === 'ambiguous') {
    throw new Error(`step ${step} has several items [${selector}]: name all their values`);
  }
  const outputs = list[index]?.outputs ?? null;
  return outputs === null ? { metrics: {} } : valuesOf(outputs);
}

function itemsOf(list: readonly CollectedItem[]): readonly JsonValue[] {
  return list.map(({ item }) => item);
}
