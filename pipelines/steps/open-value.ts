import * as z from 'zod';
import type { ArtifactRef } from '../../contracts/index.js';
import type { ValueType } from '../expressions/index.js';
import { suggestion } from '../nearest.js';
import { HINT_MARK } from '../schema/closed.js';

/** Stands in `with` for an expression: its value is not known yet, its type perhaps. */
export class OpenValue {
  constructor(readonly type: ValueType) {}
}

/** Inputs as zod's types have them: a key that may be absent may also be `undefined`. */
export type Written<T> = T extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Written<T[Key]> | undefined }
    : T;

const inner = new WeakMap<z.ZodType, { readonly schema: z.ZodType; readonly literal: boolean }>();

/** The schema of the written-out value behind a schema made by {@link orExpression}, if it is one. */
export function literalSchema(
  schema: unknown,
): { readonly schema: z.ZodType; readonly literal: boolean } | undefined {
  return schema instanceof z.ZodType ? inner.get(schema) : undefined;
}

/**
 * A value written out, checked by `schema`, or an expression whose type is one of `accepts`.
 *
 * @param accepts - types that can fit; an expression of unknown type is checked when it is resolved
 */
export function orExpression<T>(schema: z.ZodType<T>, accepts: readonly ValueType[]): z.ZodType<T> {
  return open(schema, accepts, true);
}

/** A value that only an expression can give: an artifact of an earlier step. */
export function artifact(what: string): z.ZodType<ArtifactRef> {
  const nothing: z.ZodType<ArtifactRef> = z.never({
    error: `expected ${what}${HINT_MARK}an expression such as \${steps.train.model}`,
  });
  return open(nothing, ['artifact'], false);
}

/**
 * A word, or a mapping with a single key that says more: `median` or `{constant: 3}`. What is wrong
 * with it is told of the one that was meant.
 *
 * @param mappings - the key → a closed mapping that holds it
 */
export function wordOr<T>(
  word: z.ZodType<T>,
  mappings: { readonly [key: string]: z.ZodType<T> },
): z.ZodType<T> {
  const keys = Object.keys(mappings);
  const checked = z.custom<T>().superRefine((value: unknown, context) => {
    const isMapping =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof OpenValue);
    const [key = '', ...more] = isMapping ? Object.keys(value) : [];
    const schema = isMapping ? mappings[key] : word;
    if (schema === undefined || more.length > 0) {
      const hint = suggestion(key, keys) ?? `one of ${keys.join(', ')}`;
      const message = `a mapping here has one key, ${keys.join(' or ')}${HINT_MARK}${hint}`;
      context.addIssue({ code: 'custom', message });
      return;
    }
    passOn(schema.safeParse(value), value, context);
  });
  inner.set(checked, { schema: z.union([word, ...Object.values(mappings)]), literal: true });
  return checked;
}

function open<T>(
  schema: z.ZodType<T>,
  accepts: readonly ValueType[],
  literal: boolean,
): z.ZodType<T> {
  const checked = z.custom<T>().superRefine((value: unknown, context) => {
    if (value instanceof OpenValue) {
      if (value.type === 'any' || accepts.includes(value.type)) return;
      if (value.type === 'number' && accepts.includes('integer')) return;
      context.addIssue({
        code: 'custom',
        message: `the expression gives ${article(value.type)}, expected ${accepts.map(article).join(' or ')}`,
        params: { code: 'type-mismatch' },
      });
      return;
    }
    passOn(schema.safeParse(value), value, context);
  });
  inner.set(checked, { schema, literal });
  return checked;
}

function passOn(
  result: z.ZodSafeParseResult<unknown>,
  value: unknown,
  context: z.RefinementCtx,
): void {
  for (const issue of result.error?.issues ?? []) {
    context.addIssue({
      code: 'custom',
      message: issue.message,
      path: issue.path,
      params: { issue, input: value },
    });
  }
}

const ARTICLES: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  integer: 'an integer',
  string: 'text',
  boolean: 'true or false',
  timestamp: 'a time',
  duration: 'a duration',
  artifact: 'an artifact',
  any: 'anything',
};

function article(type: ValueType): string {
  return ARTICLES[type];
}
