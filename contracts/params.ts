import { parseDurationMs } from './duration.js';
import { formatEventDate, parseEventTimeMs } from './event-time.js';
import type { JsonObject, JsonValue } from './json.js';
import type { ParamSpec } from './plan.js';

export interface ParamProblem {
  readonly param: string;
  readonly message: string;
}

export type ParamCheck =
  | { readonly ok: true; readonly params: JsonObject }
  | { readonly ok: false; readonly problems: readonly ParamProblem[] };

/**
 * Checks run input against the declared parameters and fills in the defaults.
 *
 * Text from a command line is read as the declared type (`"300"` as an integer). A `date` may be a
 * date or a time; a midnight is kept as its date. Bundle-safe: `manageModel` calls it too.
 *
 * @param specs - the plan's declarations
 * @param given - values by name
 * @param noun - what messages call a value: the fields of a form are declared in the same way
 * @returns every parameter with a checked value, or all problems at once
 * @example checkParams({ trees: { type: 'integer', default: 200, min: 10 } }, { trees: '300' });
 * // { ok: true, params: { trees: 300 } }
 */
export function checkParams(
  specs: { readonly [name: string]: ParamSpec },
  given: JsonObject,
  noun = 'parameter',
): ParamCheck {
  const problems: ParamProblem[] = [];
  const params: Record<string, JsonValue> = {};
  const declared = Object.keys(specs);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      const known = declared.length === 0 ? 'none is declared' : `declared: ${declared.join(', ')}`;
      problems.push({ param: name, message: `no ${noun} named ${name} (${known})` });
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    const raw = Object.hasOwn(given, name) ? given[name] : spec.default;
    if (raw === undefined || raw === null) {
      problems.push({
        param: name,
        message: `${noun} ${name} (${spec.type}) has no default and was not given`,
      });
      continue;
    }
    const value = readParam(spec, raw);
    if (value === null) {
      problems.push({
        param: name,
        message: `${noun} ${name}: ${JSON.stringify(raw)} is not ${ARTICLE[spec.type]}`,
      });
      continue;
    }
    const complaint = outOfBounds(spec, value);
    if (complaint !== null)
      problems.push({ param: name, message: `${noun} ${name}: ${complaint}` });
    else params[name] = value;
  }
  return problems.length === 0 ? { ok: true, params } : { ok: false, problems };
}

const ARTICLE: Readonly<Record<ParamSpec['type'], string>> = {
  string: 'text',
  integer: 'an integer',
  number: 'a finite number',
  boolean: 'true or false',
  date: 'a date such as 2011-07-01 or 2011-07-01T05:00:00Z',
  duration: 'a duration such as 90s, 2h or 7d',
};

function readParam(spec: ParamSpec, raw: JsonValue): JsonValue {
  switch (spec.type) {
    case 'string':
      return typeof raw === 'string' ? raw : typeof raw === 'object' ? null : String(raw);
    case 'integer': {
      const value = readNumber(raw);
      return value !== null && Number.isSafeInteger(value) ? value : null;
    }
    case 'number':
      return readNumber(raw);
    case 'boolean':
      return raw === true || raw === 'true'
        ? true
        : raw === false || raw === 'false'
          ? false
          : null;
    case 'date': {
      const ms = typeof raw === 'string' ? parseEventTimeMs(raw) : null;
      return ms === null ? null : formatEventDate(ms);
    }
    case 'duration':
      return typeof raw === 'string' && parseDurationMs(raw) !== null ? raw : null;
  }
}

function readNumber(raw: JsonValue): number | null {
  const value =
    typeof raw === 'number'
      ? raw
      : typeof raw === 'string' && raw.trim() !== ''
        ? Number(raw)
        : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function outOfBounds(spec: ParamSpec, value: JsonValue): string | null {
  if (typeof value === 'number') {
    if (spec.min !== undefined && value < spec.min)
      return `${value} is below the minimum ${spec.min}`;
    if (spec.max !== undefined && value > spec.max)
      return `${value} is above the maximum ${spec.max}`;
  }
  if (spec.enum !== undefined && !spec.enum.includes(value)) {
    return `${JSON.stringify(value)} is not one of ${spec.enum.map((item) => JSON.stringify(item)).join(', ')}`;
  }
  return null;
}
