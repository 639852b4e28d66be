import { itemIndex, MillraceError, planStepId } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { shortRunId } from './short-run-id.js';

/**
 * The step id of an item that is named by its number or its values; every other name as it is, also
 * that of an item of a step whose list is not there yet.
 *
 * @throws MillraceError `NotFound` where the run has no such item, or several
 * @example await namedItem(registry, runId, 'train[depth=8]'); // 'train[3]'
 */
export async function namedItem(
  registry: RegistryReader,
  runId: string,
  name: string,
): Promise<string> {
  const selector = /\[(.*)\]$/.exec(name)?.[1];
  if (selector === undefined) return name;
  const step = planStepId(name);
  const items = await registry.items(runId, step);
  const numbered = itemIndex(name) !== null;
  if (numbered && items.length === 0) return name;
  const wanted = selector.split(',').map((part) => part.trim());
  const found = items.filter(({ stepId, item = '' }) => {
    if (numbered) return stepId === name;
    const facts = item.split(',');
    return wanted.every((fact) => facts.includes(fact));
  });
  const [first] = found;
  if (first !== undefined && found.length === 1) return first.stepId;
  throw new MillraceError(
    'NotFound',
    `run ${shortRunId(runId)} has ${found.length === 0 ? 'no item' : 'several items'} ${name}`,
    `millrace show ${shortRunId(runId)} --json lists the items of ${step}`,
  );
}
