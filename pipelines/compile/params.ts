import {
  checkParams,
  type JsonValue,
  type ParamSpec,
  type ParamType,
} from '../../contracts/index.js';
import type { ValueType } from '../expressions/index.js';
import type { Finding } from '../issue.js';
import { PARAM_TYPES } from '../schema/file-schema.js';
import { entriesOf, isRawObject } from './context.js';

/** So that `params.<name>` can be written in an expression. */
const PARAM_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Dates and durations are text in an expression: `timestamp(params.from)`, `duration(params.gap)`. */
const VALUE_TYPES: Readonly<Record<ParamType, ValueType>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'string',
  duration: 'string',
};

/** Types of the declared parameters; one whose declaration is wrong may be anything. */
export function paramTypes(declared: unknown): { readonly [name: string]: ValueType } {
  return Object.fromEntries(
    entriesOf(declared).map(([name, spec]) => {
      const type = isRawObject(spec) ? spec['type'] : undefined;
      return [name, isParamType(type) ? VALUE_TYPES[type] : 'any'];
    }),
  );
}

/** Checks that names can be used, that ranges are ranges, that defaults are allowed values. */
export function checkDeclarations(declared: unknown, report: (finding: Finding) => void): void {
  for (const [name, spec] of entriesOf(declared)) {
    if (!PARAM_NAME.test(name)) {
      report({
        path: ['params', name],
        at: 'key',
        code: 'bad-name',
        message: `${name} is not a parameter name`,
        hint: 'a letter, then letters, digits and underscores',
      });
    }
    if (!isRawObject(spec) || !isParamType(spec['type'])) continue;
    checkRange(name, spec['type'], spec['min'], spec['max'], report);
    checkValues(name, spec['type'], spec, report);
  }
}

function checkRange(
  name: string,
  type: ParamType,
  min: JsonValue | undefined,
  max: JsonValue | undefined,
  report: (finding: Finding) => void,
): void {
  for (const [key, value] of [
    ['min', min],
    ['max', max],
  ] as const) {
    if (value === undefined || type === 'integer' || type === 'number') continue;
    report({
      path: ['params', name, key],
      at: 'key',
      code: 'misplaced',
      message: `${key} bounds numbers, ${name} is of type ${type}`,
      hint: 'remove it, or use enum',
    });
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    report({
      path: ['params', name, 'min'],
      at: 'value',
      code: 'out-of-range',
      message: `min ${min} is greater than max ${max}`,
    });
  }
}

function checkValues(
  name: string,
  type: ParamType,
  spec: { readonly [key: string]: JsonValue },
  report: (finding: Finding) => void,
): void {
  const choices = spec['enum'];
  if (Array.isArray(choices)) {
    choices.forEach((choice: JsonValue, index) => {
      const complaint = refuse(name, { type }, choice);
      if (complaint === null) return;
      report({
        path: ['params', name, 'enum', index],
        at: 'value',
        code: 'bad-value',
        message: complaint,
      });
    });
  }
  const value = spec['default'];
  if (value === undefined || value === null) return;
  const { min, max } = spec;
  const complaint = refuse(
    name,
    {
      type,
      ...(typeof min === 'number' ? { min } : {}),
      ...(typeof max === 'number' ? { max } : {}),
      ...(Array.isArray(choices) ? { enum: choices } : {}),
    },
    value,
  );
  if (complaint === null) return;
  report({
    path: ['params', name, 'default'],
    at: 'value',
    code: 'bad-value',
    message: `the default of ${complaint}`,
  });
}

function refuse(name: string, spec: ParamSpec, value: JsonValue): string | null {
  // A command line gives text; a file has types and must use them.
  if (typeof value === 'string' && ['integer', 'number', 'boolean'].includes(spec.type)) {
    return `parameter ${name}: ${JSON.stringify(value)} is text, not of type ${spec.type}`;
  }
  if (typeof value !== 'string' && spec.type === 'string') {
    return `parameter ${name}: ${JSON.stringify(value)} is not text: quote it`;
  }
  const check = checkParams({ [name]: spec }, { [name]: value });
  return check.ok ? null : (check.problems[0]?.message ?? null);
}

function isParamType(value: unknown): value is ParamType {
  return PARAM_TYPES.some((type) => type === value);
}
