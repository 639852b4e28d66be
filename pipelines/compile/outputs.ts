import type { Template } from '../../contracts/index.js';
import type { RootTypes } from '../expressions/index.js';
import { type CompileContext, entriesOf } from './context.js';
import { checkTemplate } from './expressions.js';

const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** Names that a step has of its own. */
const RESERVED = ['metrics', 'runId'];

/** Checks what a pipeline hands on to the step that uses it; `null` where it says nothing. */
export function checkOutputs(
  context: CompileContext,
): { readonly [name: string]: Template } | null {
  const declared = entriesOf(context.source['outputs']);
  if (declared.length === 0) return null;
  const roots: RootTypes = {
    params: context.params,
    steps: context.steps,
    run: { fields: { id: 'string', asOf: 'timestamp' } },
  };
  const templates = declared.map(([name, value]) => {
    const path = ['outputs', name];
    if (!OUTPUT_NAME.test(name) || RESERVED.includes(name)) {
      context.report({
        path,
        at: 'key',
        code: 'bad-name',
        message: RESERVED.includes(name)
          ? `${name} is an output that every such step has`
          : `${name} is not the name of an output`,
        hint: 'a letter, then letters, digits and underscores',
      });
    }
    const { template } = checkTemplate(value, path, roots, context.report);
    return [name, template] as const;
  });
  return Object.fromEntries(templates);
}
