import type { ConcurrencySpec, Template } from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import type { PipelineSource } from '../schema/file-schema.js';
import { type CompileContext, isRawObject } from './context.js';
import { checkTemplate } from './expressions.js';

/** Checks the expressions of `concurrency.group`; `null` where the file names none. */
export function checkGroup(context: CompileContext): Template | null {
  const block = context.source['concurrency'];
  const group = isRawObject(block) ? block['group'] : undefined;
  if (typeof group !== 'string') return null;
  const roots: RootTypes = {
    params: context.params,
    run: { fields: { id: 'string', asOf: 'timestamp' } },
  };
  return checkTemplate(group, ['concurrency', 'group'], roots, context.report).template;
}

export function buildConcurrency(
  { concurrency, name }: PipelineSource,
  group: Template | null,
): { readonly concurrency?: ConcurrencySpec } {
  if (concurrency === undefined || concurrency === null) return {};
  const { limit = 1, onFull = 'wait' } = concurrency;
  return { concurrency: { group: group ?? name, limit, onFull } };
}
