import { type JsonValue, MEASUREMENT_SHAPE } from '../../../contracts/index.js';
import type { RootTypes } from '../../expressions/index.js';
import type { DocumentPath } from '../../issue.js';
import { type CompileContext, isRawObject, type RawObject } from '../context.js';
import { checkSource } from '../expressions.js';

/** What `when:` may read. */
const ROOTS: RootTypes = {
  ...MEASUREMENT_SHAPE,
  window: { fields: { start: 'timestamp', end: 'timestamp' } },
};

/** Every `when:` of the responses, and the names of the team's own conditions. */
export function checkConditions(respond: RawObject, context: CompileContext): void {
  const base: DocumentPath = ['monitor', 'respond'];
  for (const [kind, response] of Object.entries(respond)) {
    if (kind !== 'conditions') checkWhen(response, [...base, kind], context);
  }
  const { conditions } = respond;
  if (!Array.isArray(conditions)) return;
  const names = new Set<JsonValue>();
  conditions.forEach((condition: JsonValue, index) => {
    const path = [...base, 'conditions', index];
    checkWhen(condition, path, context);
    const name = isRawObject(condition) ? condition['name'] : undefined;
    if (name === undefined) return;
    if (names.has(name)) {
      const message = `a condition is named ${String(name)} already`;
      context.report({ path: [...path, 'name'], at: 'value', code: 'bad-value', message });
    }
    names.add(name);
  });
}

function checkWhen(response: unknown, path: DocumentPath, context: CompileContext): void {
  const source = isRawObject(response) ? response['when'] : undefined;
  if (typeof source !== 'string' || source === '') return;
  const at = [...path, 'when'];
  const type = checkSource(source, at, 0, ROOTS, context.report, []);
  if (type === null || type === 'boolean' || type === 'any') return;
  context.report({
    path: at,
    at: 'value',
    code: 'type-mismatch',
    message: `a condition is true or false, this is ${type}`,
    hint: 'compare it: drift.share > 0.1',
  });
}
