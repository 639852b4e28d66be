import type { DocumentPath } from '../issue.js';
import { suggestion } from '../nearest.js';
import type { CompileContext, RawObject } from './context.js';

/** A step that another names in `needs`, and where. */
export interface DeclaredNeed {
  readonly step: string;
  readonly path: DocumentPath;
}

/** Those of `needs` that there are, each once. */
export function checkNeeds(
  step: RawObject,
  base: DocumentPath,
  context: CompileContext,
): readonly DeclaredNeed[] {
  const { needs } = step;
  const listed = typeof needs === 'string' ? [needs] : Array.isArray(needs) ? needs : [];
  const seen = new Set<string>();
  return listed.flatMap((name: unknown, index) => {
    if (typeof name !== 'string') return [];
    const path = typeof needs === 'string' ? [...base, 'needs'] : [...base, 'needs', index];
    if (seen.has(name)) {
      context.report({
        path,
        at: 'value',
        code: 'bad-value',
        message: `${name} stands in needs twice`,
        hint: 'keep one of them; was another step meant?',
      });
      return [];
    }
    seen.add(name);
    if (Object.hasOwn(context.steps.fields, name)) return [{ step: name, path }];
    const hint = suggestion(name, Object.keys(context.steps.fields));
    context.report({
      path,
      at: 'value',
      code: 'unknown-step',
      message: `there is no step ${name}`,
      hint,
    });
    return [];
  });
}
