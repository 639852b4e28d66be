import type { JsonValue, Template } from '../../contracts/index.js';
import {
  checkExpression,
  type ExpressionProblem,
  parseTemplate,
  type RootTypes,
  type ValueType,
} from '../expressions/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { nearest, suggestion } from '../nearest.js';
import { OpenValue } from '../steps/index.js';

/** A step that an expression reads, and where. */
export interface StepUse {
  readonly step: string;
  readonly path: DocumentPath;
  readonly part: { readonly offset: number; readonly text: string };
}

export interface CheckedTemplate {
  readonly template: Template;
  /** The value as the schemas see it: expressions are {@link OpenValue}s. */
  readonly value: unknown;
  readonly uses: readonly StepUse[];
}

type Report = (finding: Finding) => void;

/** Reads and checks every `${…}` in a value of the file, whatever its depth. */
export function checkTemplate(
  value: JsonValue,
  path: DocumentPath,
  roots: RootTypes,
  report: Report,
): CheckedTemplate {
  const uses: StepUse[] = [];
  const visit = (item: JsonValue, at: DocumentPath): { template: Template; value: unknown } => {
    if (typeof item === 'string') return checkText(item, at, roots, report, uses);
    if (Array.isArray(item)) {
      const items = item.map((element: JsonValue, index) => visit(element, [...at, index]));
      return { template: items.map((one) => one.template), value: items.map((one) => one.value) };
    }
    if (typeof item === 'object' && item !== null) {
      const template: Record<string, Template> = {};
      const plain: Record<string, unknown> = {};
      for (const [key, element] of Object.entries(item)) {
        if (key.startsWith('$')) {
          report({
            path: [...at, key],
            at: 'key',
            code: 'bad-name',
            message: `the key ${key} begins with $`,
            hint: 'rename it; expressions stand in values',
          });
          continue;
        }
        const child = visit(element, [...at, key]);
        template[key] = child.template;
        plain[key] = child.value;
      }
      return { template, value: plain };
    }
    return { template: item, value: item };
  };
  return { ...visit(value, path), uses };
}

function checkText(
  text: string,
  path: DocumentPath,
  roots: RootTypes,
  report: Report,
  uses: StepUse[],
): { template: Template; value: unknown } {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    report({
      path,
      at: 'value',
      code: 'bad-expression',
      message: parsed.message,
      hint: 'write $${ for the two characters themselves',
      part: { offset: parsed.offset, text: text.slice(parsed.offset, parsed.offset + 40) },
    });
    return { template: text, value: new OpenValue('any') };
  }
  const [first] = parsed.expressions;
  if (first === undefined) return { template: parsed.template, value: parsed.template };
  const whole = typeof parsed.template === 'object' && '$expr' in (parsed.template ?? {});
  let type: ValueType = 'string';
  for (const expression of parsed.expressions) {
    const found = checkSource(expression.source, path, expression.offset, roots, report, uses);
    if (whole || found === null) type = found ?? 'any';
    else if (found === 'artifact') {
      report({
        path,
        at: 'value',
        code: 'type-mismatch',
        message: 'an artifact cannot stand inside text',
        hint: 'let the expression be the whole value',
        part: { offset: expression.offset, text: expression.source },
      });
    }
  }
  return { template: parsed.template, value: new OpenValue(type) };
}

/**
 * Checks one bare expression.
 *
 * @param shift - offset of the expression in the text that holds it
 * @returns the type of its value; `null` when it is wrong
 */
export function checkSource(
  source: string,
  path: DocumentPath,
  shift: number,
  roots: RootTypes,
  report: Report,
  uses: StepUse[],
): ValueType | null {
  const checked = checkExpression(source, roots);
  for (const { path: name, offset, end } of checked.references) {
    const [root, step] = name;
    if (root === 'steps' && step !== undefined) {
      uses.push({ step, path, part: { offset: shift + offset, text: source.slice(offset, end) } });
    }
  }
  if (checked.ok) return checked.type;
  const hyphenated = checked.problems.find((problem) => hyphenHint(problem, source) !== null);
  // The rest of `steps.my-step` would be complained about as a name of its own.
  for (const problem of hyphenated === undefined ? checked.problems : [hyphenated]) {
    const rest = source.slice(problem.offset, problem.end);
    report({
      path,
      at: 'value',
      code: codeOf(problem),
      message: problem.message,
      hint: hyphenHint(problem, source) ?? nameHint(problem) ?? problem.hint,
      part: { offset: shift + problem.offset, text: rest === '' ? source : rest },
    });
  }
  return null;
}

function codeOf(problem: ExpressionProblem): Finding['code'] {
  if (problem.kind === 'syntax') return 'bad-expression';
  if (problem.kind === 'type') return 'type-mismatch';
  const path = problem.unknown?.path ?? [];
  return path[0] === 'steps' && path.length === 2 ? 'unknown-step' : 'unknown-name';
}

/** `steps.my-step` is a subtraction to CEL: that deserves its own hint. */
function hyphenHint(problem: ExpressionProblem, source: string): string | null {
  const { path, known } = problem.unknown ?? { path: [], known: [] };
  if (path[0] !== 'steps' || path.length !== 2) return null;
  const meant = known.find((id) => {
    return id.includes('-') && source.startsWith(`steps.${id}`, problem.offset);
  });
  return meant === undefined ? null : `a name with a hyphen stands in brackets: steps["${meant}"]`;
}

function nameHint(problem: ExpressionProblem): string | undefined {
  if (problem.unknown === undefined) return undefined;
  const { path, known } = problem.unknown;
  const name = path.at(-1) ?? '';
  if (path[0] === 'params' && known.length === 0) {
    return `declare it at the top: params: {${name}: {type: …}}`;
  }
  if (path.length > 1) return suggestion(name, known);
  const near = nearest(name, known);
  return near === null ? `names here begin with ${known.join(', ')}` : `did you mean ${near}?`;
}
