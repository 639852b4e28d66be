import {
  checkParams,
  type JsonValue,
  type ParamSpec,
  type ParamType,
} from '../../contracts/index.js';
import type { ValueType } from '../expressions/index.js';
import type { DocumentPath, Finding } from '../issue.js';
import { PARAM_TYPES } from '../schema/param-schema.js';
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

/** What is declared: where it stands, and what one of it is called. */
export interface Declared {
  readonly base: DocumentPath;
  readonly noun: 'parameter' | 'field';
}

const PARAMS: Declared = { base: ['params'], noun: 'parameter' };

/** Checks that names can be used, that ranges are ranges, that defaults are allowed values. */
export function checkDeclarations(
  declared: unknown,
  report: (finding: Finding) => void,
  place: Declared = PARAMS,
): void {
  for (const [name, spec] of entriesOf(declared)) {
    if (!PARAM_NAME.test(name)) {
      report({
        path: [...place.base, name],
        at: 'key',
        code: 'bad-name',
        message: `${name} is not a ${place.noun} name`,
        hint: 'a letter, then letters, digits and underscores',
      });
    }
    if (!isRawObject(spec) || !isParamType(spec['type'])) continue;
    checkRange(place, name, spec['type'], spec['min'], spec['max'], report);
    checkValues(place, name, spec['type'], spec, report);
  }
}

function checkRange(
  { base }: Declared,
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
      path: [...base, name, key],
      at: 'key',
      code: 'misplaced',
      message: `${key} bounds numbers, ${name} is of type ${type}`,
      hint: 'remove it, or use enum',
    });
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    report({
      path: [...base, name, 'min'],
      at: 'value',
      code: 'out-of-range',
      message: `min ${min} is greater than max ${max}`,
    });
  }
}

function checkValues(
  { base, noun }: Declared,
  name: string,
  type: ParamType,
  spec: { readonly [key: string]: JsonValue },
  report: (finding: Finding) => void,
): void {
  const choices = spec['enum'];
  if (Array.isArray(choices)) {
    choices.forEach((choice: JsonValue, index) => {
      const complaint = refuse(noun, name, { type }, choice);
      if (complaint === null) return;
      report({
        path: [...base, name, 'enum', index],
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
    noun,
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
    path: [...base, name, 'default'],
    at: 'value',
    code: 'bad-value',
    message: `the default of ${complaint}`,
  });
}

function refuse(
  noun: Declared['noun'],
  name: string,
  spec: ParamSpec,
  value: JsonValue,
): string | null {
  // A command line gives text; a file has types and must use them.
  if (typeof value === 'string' && ['integer', 'number', 'boolean'].includes(spec.type)) {
    return `${noun} ${name}: ${JSON.stringify(value)} is text, not of type ${spec.type}`;
  }
  if (typeof value !== 'string' && spec.type === 'string') {
    return `${noun} ${name}: ${JSON.stringify(value)} is not text: quote it`;
  }
  const check = checkParams({ [name]: spec }, { [name]: value }, noun);
  return check.ok ? null : (check.problems[0]?.message ?? null);
}

function isParamType(value: unknown): value is ParamType {
  return PARAM_TYPES.some((type) => type === value);
}
