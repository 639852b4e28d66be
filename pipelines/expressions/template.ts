import type { JsonValue, Template } from '../../contracts/index.js';
import { ExpressionError } from './error.js';
import { evaluateExpression } from './evaluate.js';
import { references } from './references.js';
import type { ExpressionScope } from './scope.js';

/** An expression inside a text, with the offset of its first character there. */
export interface TemplateExpression {
  readonly source: string;
  readonly offset: number;
}

export type ParsedTemplate =
  | {
      readonly ok: true;
      readonly template: Template;
      readonly expressions: readonly TemplateExpression[];
    }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/**
 * Reads the `${…}` of a text. A text that is one expression has that expression's value, whatever
 * its type; else the parts are joined into text. `$${` is a literal `${`.
 *
 * @example parseTemplate('${params.trees}'); // { ok: true, template: { $expr: 'params.trees' }, … }
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: (string | { readonly $expr: string })[] = [];
  const expressions: TemplateExpression[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = closingBrace(text, at + 2);
      if (end === -1)
        return { ok: false, message: 'the expression has no closing brace', offset: at };
      const inner = text.slice(at + 2, end);
      const source = inner.trim();
      if (source === '') return { ok: false, message: 'the braces hold no expression', offset: at };
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ $expr: source });
      expressions.push({ source, offset: at + 2 + inner.length - inner.trimStart().length });
      at = end + 1;
    } else {
      literal += text.charAt(at);
      at += 1;
    }
  }
  if (expressions.length === 0) return { ok: true, template: literal, expressions };
  const [first] = parts;
  if (literal === '' && parts.length === 1 && first !== undefined) {
    return { ok: true, template: first, expressions };
  }
  if (literal !== '') parts.push(literal);
  return { ok: true, template: { $concat: parts }, expressions };
}

/** Index of the brace that closes the expression, over nested braces and CEL's strings; −1: none. */
function closingBrace(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"' || char === "'") {
      at = endOfString(text, at);
      if (at === -1) return -1;
    } else {
      if (char === '{') depth += 1;
      if (char === '}') {
        if (depth === 0) return at;
        depth -= 1;
      }
      at += 1;
    }
  }
  return -1;
}

function endOfString(text: string, from: number): number {
  const quote = text.charAt(from);
  const raw = /[rR]/.test(text.charAt(from - 1)) && !/\w/.test(text.charAt(from - 2));
  const fence = text.startsWith(quote.repeat(3), from) ? quote.repeat(3) : quote;
  let at = from + fence.length;
  while (at < text.length) {
    if (text.charAt(at) === '\\' && !raw) at += 2;
    else if (text.startsWith(fence, at)) return at + fence.length;
    else at += 1;
  }
  return -1;
}

/**
 * Puts values in place of a template's expressions. Lists and objects keep their shape: a list has
 * as many elements afterwards as before, so a value never becomes a second argument of a command.
 *
 * @throws ExpressionError as {@link evaluateExpression}, and on a list or object inside text
 */
export function resolveTemplate(template: Template, scope: ExpressionScope): JsonValue {
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) return template.map((item) => resolveTemplate(item, scope));
  if (isExpression(template)) return evaluateExpression(template.$expr, scope);
  if (isConcat(template)) {
    return template.$concat
      .map((part) => (typeof part === 'string' ? part : textOf(part.$expr, scope)))
      .join('');
  }
  return Object.fromEntries(
    Object.entries(template).map(([key, item]) => [key, resolveTemplate(item, scope)]),
  );
}

function textOf(source: string, scope: ExpressionScope): string {
  const value = evaluateExpression(source, scope);
  if (typeof value === 'object') {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    throw new ExpressionError(
      `${kind} cannot stand inside text`,
      source,
      0,
      'only text, numbers, booleans and times can',
    );
  }
  return String(value);
}

/** The rooted names that the expressions of a template use. */
export function templateReferences(template: Template): readonly (readonly string[])[] {
  if (typeof template !== 'object' || template === null) return [];
  if (Array.isArray(template))
    return template.flatMap((item: Template) => templateReferences(item));
  if (isExpression(template)) return references(template.$expr);
  if (isConcat(template)) {
    return template.$concat.flatMap((part) =>
      typeof part === 'string' ? [] : references(part.$expr),
    );
  }
  return Object.values(template).flatMap((item) => templateReferences(item));
}

export function isExpression(template: Template): template is { readonly $expr: string } {
  return isRecord(template) && '$expr' in template && typeof template.$expr === 'string';
}

export function isConcat(
  template: Template,
): template is { readonly $concat: readonly (string | { readonly $expr: string })[] } {
  return isRecord(template) && '$concat' in template && Array.isArray(template.$concat);
}

function isRecord(template: Template): template is { readonly [key: string]: Template } {
  return typeof template === 'object' && template !== null && !Array.isArray(template);
}
