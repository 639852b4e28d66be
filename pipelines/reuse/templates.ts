import { type JsonValue, RUN_HOOKS } from '../../contracts/index.js';
import { entriesOf, isRawObject, type RawObject } from '../compile/context.js';
import type { DocumentPath, Finding } from '../issue.js';
import { suggestion } from '../nearest.js';
import { describe } from '../schema/scalars.js';
import { LIMITS } from '../source/limits.js';
import { nodesOf } from '../source/nodes-of.js';
import { merge, type Placed } from './merge.js';
import type { Origins } from './origins.js';

/** Of each group a step says one: with its own the inherited others are gone. */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ['uses', 'run'],
  ['matrix', 'forEach'],
];

/**
 * Lays every step over the templates that it extends: the step's own keys stand before a template's,
 * and a later template's before an earlier one's.
 *
 * @returns the file with its steps whole; `templates` and `extends` are left for the schema to check
 */
export function expandTemplates(
  source: RawObject,
  origins: Origins,
  report: (finding: Finding) => void,
): RawObject {
  const templates = new Templates(source['templates'], origins, report);
  const expanded: Record<string, JsonValue> = { ...source };
  const { steps } = source;
  if (isRawObject(steps)) {
    expanded['steps'] = Object.fromEntries(
      entriesOf(steps).map(([id, step]) => [id, templates.laidUnder(step, ['steps', id])]),
    );
  }
  for (const list of RUN_HOOKS) {
    const hooks = source[list];
    if (!Array.isArray(hooks)) continue;
    expanded[list] = hooks.map((step: JsonValue, index) =>
      templates.laidUnder(step, [list, index]),
    );
  }
  return expanded;
}

class Templates {
  readonly #whole = new Map<string, Placed | null>();
  readonly #names: readonly string[];
  #nodes = 0;

  constructor(
    private readonly declared: JsonValue | undefined,
    private readonly origins: Origins,
    private readonly report: (finding: Finding) => void,
  ) {
    this.#names = entriesOf(declared).map(([name]) => name);
    // One that no step extends is checked all the same.
    for (const name of this.#names) this.#template(name, []);
  }

  laidUnder(step: JsonValue, at: DocumentPath): JsonValue {
    if (!isRawObject(step) || step['extends'] === undefined) return step;
    return this.#extended(step, at, []);
  }

  #extended(step: RawObject, at: DocumentPath, chain: readonly string[]): JsonValue {
    let result: Placed | null = null;
    for (const { name, path } of this.#parents(step, at)) {
      const cycle = chain.indexOf(name);
      if (cycle !== -1) {
        this.#reportCycle([...chain.slice(cycle), name], path);
        continue;
      }
      if (chain.length > LIMITS.depth) {
        const message = `templates extend each other more than ${LIMITS.depth} deep`;
        this.report({ path, at: 'value', code: 'too-large', message });
        continue;
      }
      const template = this.#template(name, chain);
      if (template === null) continue;
      if (this.#isTooMuch(template.value, path)) continue;
      result = result === null ? template : this.#over(result, template, at);
    }
    const own = { value: step, path: at };
    return result === null ? step : this.#over(result, own, at).value;
  }

  #over(base: Placed, over: Placed, at: DocumentPath): Placed {
    const dropped = EXCLUSIVE.filter((group) => group.some((key) => says(over.value, key))).flat();
    const kept = isRawObject(base.value)
      ? Object.fromEntries(
          Object.entries(base.value).filter(
            ([key]) => says(over.value, key) || !dropped.includes(key),
          ),
        )
      : base.value;
    const value = merge({ value: kept, path: base.path }, over, at, this.origins);
    return { value, path: at };
  }

  /** The template with all that it extends itself; `null` where there is none to lay under. */
  #template(name: string, chain: readonly string[]): Placed | null {
    const known = this.#whole.get(name);
    if (known !== undefined) return known;
    const declared =
      isRawObject(this.declared) && Object.hasOwn(this.declared, name)
        ? this.declared[name]
        : undefined;
    if (!isRawObject(declared)) return null;
    const path = ['templates', name];
    const value = this.#extended(declared, path, [...chain, name]);
    const { extends: _, ...rest } = isRawObject(value) ? value : {};
    const whole = { value: rest, path };
    this.#whole.set(name, whole);
    return whole;
  }

  /** The names under `extends` that exist, each with its place. */
  #parents(
    step: RawObject,
    at: DocumentPath,
  ): readonly { readonly name: string; readonly path: DocumentPath }[] {
    const given = step['extends'];
    const names: readonly JsonValue[] =
      given === undefined ? [] : Array.isArray(given) ? given : [given];
    return names.flatMap((name, index) => {
      const path = Array.isArray(given) ? [...at, 'extends', index] : [...at, 'extends'];
      if (typeof name !== 'string') {
        const message = `expected the name of a template, found ${describe(name)}`;
        this.report({ path, at: 'value', code: 'wrong-type', message });
        return [];
      }
      if (isRawObject(this.declared) && Object.hasOwn(this.declared, name)) return [{ name, path }];
      this.report({
        path,
        at: 'value',
        code: 'unknown-name',
        message: `there is no template ${name}`,
        hint: suggestion(name, this.#names) ?? 'declare it under templates:',
      });
      return [];
    });
  }

  #reportCycle(names: readonly string[], path: DocumentPath): void {
    this.report({
      path,
      at: 'value',
      code: 'cycle',
      message:
        names.length === 2
          ? `template ${names[0]} extends itself`
          : `the templates extend each other in a cycle: ${names.join(' → ')}`,
      hint: 'take one of these extends away',
    });
  }

  /** Laying a template under many steps multiplies it as an alias does. */
  #isTooMuch(template: JsonValue, path: DocumentPath): boolean {
    if (this.#nodes > LIMITS.nodes) return true;
    this.#nodes += nodesOf(template);
    if (this.#nodes <= LIMITS.nodes) return false;
    const message = `the file holds more than ${LIMITS.nodes} values once its templates are followed`;
    this.report({ path, at: 'value', code: 'too-large', message });
    return true;
  }
}

function says(step: JsonValue, key: string): boolean {
  return isRawObject(step) && step[key] !== undefined;
}
