import type { JsonValue, Template } from '../../../contracts/index.js';
import type { RootTypes, ValueType } from '../../expressions/index.js';
import { suggestion } from '../../nearest.js';
import { OpenValue } from '../../steps/index.js';
import { type CompileContext, entriesOf } from '../context.js';
import { checkTemplate } from '../expressions.js';

/** What a retraining run is given, over `window`, `trigger`, `data` and `params`. */
export function checkRetrainParams(
  given: JsonValue | undefined,
  context: CompileContext,
): { readonly [name: string]: Template } {
  const base = ['monitor', 'respond', 'retrain', 'params'];
  const roots: RootTypes = {
    params: context.params,
    window: { fields: { start: 'timestamp', end: 'timestamp' } },
    trigger: { fields: { kind: 'string', reason: 'string' } },
    data: {
      fields: {
        kind: 'string',
        from: 'timestamp',
        to: 'timestamp',
        cut: 'timestamp',
        oldWeight: 'number',
      },
    },
  };
  const templates: Record<string, Template> = {};
  for (const [name, value] of entriesOf(given)) {
    const path = [...base, name];
    const checked = checkTemplate(value, path, roots, context.report);
    templates[name] = checked.template;
    const declared = context.params.fields;
    if (!Object.hasOwn(declared, name)) {
      context.report({
        path,
        at: 'key',
        code: 'unknown-name',
        message: `the pipeline has no parameter ${name}`,
        hint: suggestion(name, Object.keys(declared)),
      });
      continue;
    }
    const found = checked.value instanceof OpenValue ? checked.value.type : literalType(value);
    const wanted = declared[name] ?? 'any';
    if (!fits(found, wanted)) {
      context.report({
        path,
        at: 'value',
        code: 'type-mismatch',
        message: `parameter ${name} takes ${wanted}, this is ${found}`,
      });
    }
  }
  return templates;
}

/** A date or duration parameter is text, and so are times once they are written. */
function fits(found: ValueType, wanted: ValueType): boolean {
  if (found === 'any' || wanted === 'any' || found === wanted) return true;
  if (wanted === 'string') return found === 'timestamp' || found === 'duration';
  return (
    (wanted === 'number' || wanted === 'integer') && (found === 'number' || found === 'integer')
  );
}

function literalType(value: JsonValue): ValueType {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'string' : 'any';
}
