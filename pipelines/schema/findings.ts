import type { z } from 'zod';
import type { DocumentPath, Finding, IssueCode } from '../issue.js';
import { suggestion } from '../nearest.js';
import { HINT_MARK } from './closed.js';
import { describe } from './scalars.js';

type ZodIssue = z.core.$ZodIssue;

/**
 * zod's issues as findings: a missing key is told from a wrong type, an unknown key is placed at the
 * key itself, of a union only the branch that was meant is reported.
 *
 * @param value - what was checked, to see what stands at an issue's path
 * @param base - path of `value` in the document
 */
export function findingsOf(
  issues: readonly ZodIssue[],
  value: unknown,
  base: DocumentPath,
): readonly Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, value, base));
}

function findingsOfIssue(issue: ZodIssue, value: unknown, base: DocumentPath): readonly Finding[] {
  const local = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const path = [...base, ...local];
  const found = valueAt(value, local);
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((key, index) => {
      return finding([...path, key], 'unknown-key', messages[index] ?? `unknown key ${key}`, 'key');
    });
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [finding(path, 'bad-name', first?.message ?? 'this key does not fit here', 'key')];
  }
  if (issue.code === 'custom') {
    const wrapped = wrappedIssue(issue.params);
    if (wrapped !== null) {
      // The path of the outer issue already holds the inner one.
      return findingsOfIssue({ ...wrapped, path: issue.path } as ZodIssue, value, base);
    }
    const code = issue.params?.['code'] as IssueCode | undefined;
    return [finding(path, code ?? 'bad-value', issue.message)];
  }
  if (found === undefined) {
    const key = local.at(-1) ?? base.at(-1) ?? '';
    return [finding(path, 'missing-key', `${key} is missing${HINT_MARK}add it: ${key}: …`)];
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors);
    if (meant !== null) return findingsOf(meant, found, path);
  }
  return [finding(path, codeOf(issue, found), messageOf(issue, found))];
}

function finding(
  path: DocumentPath,
  code: IssueCode,
  marked: string,
  at: 'key' | 'value' = 'value',
): Finding {
  const [message = '', hint] = marked.split(HINT_MARK);
  return { path, at, code, message, hint };
}

function wrappedIssue(params: unknown): ZodIssue | null {
  if (typeof params !== 'object' || params === null || !('issue' in params)) return null;
  return params.issue as ZodIssue;
}

/** The branch that fits from outside: none of its complaints is about the value as a whole. */
function meantBranch(branches: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | null {
  const fits = branches.filter((issues) => {
    return issues.every((issue) => {
      return issue.path.length > 0 || !['invalid_type', 'invalid_value'].includes(issue.code);
    });
  });
  return fits.length === 1 ? (fits[0] ?? null) : null;
}

function codeOf(issue: ZodIssue, found: unknown): IssueCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'bad-value' : 'wrong-type';
    case 'too_small':
    case 'too_big':
      return 'out-of-range';
    case 'invalid_union':
      return typeof found === 'string' && hasListOfValues(issue.errors)
        ? 'bad-value'
        : 'wrong-type';
    default:
      return 'bad-value';
  }
}

/** Text would do, but not this text. */
function hasListOfValues(branches: readonly (readonly ZodIssue[])[]): boolean {
  return branches.some(([first]) => first?.code === 'invalid_value' && first.path.length === 0);
}

function messageOf(issue: ZodIssue, found: unknown): string {
  // A schema's own sentence is better than a general one; zod's English starts with a capital.
  if (!/^[A-Z]/.test(issue.message)) return issue.message;
  const what = describe(found);
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}, found ${what}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const hint = typeof found === 'string' ? suggestion(found, values) : undefined;
      const near = hint?.startsWith('did you mean') ? hint : `one of ${values.join(', ')}`;
      return `${what} is not allowed here${HINT_MARK}${near}`;
    }
    case 'too_small':
      return rangeMessage(
        what,
        issue.origin,
        issue.inclusive ? 'at least' : 'more than',
        issue.minimum,
      );
    case 'too_big':
      return rangeMessage(
        what,
        issue.origin,
        issue.inclusive ? 'at most' : 'less than',
        issue.maximum,
      );
    default:
      return `${what} does not fit here`;
  }
}

function rangeMessage(what: string, origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `${what} must have ${bound} ${limit} characters`;
  if (origin === 'array')
    return `the list must have ${bound} ${limit} ${limit === 1 ? 'item' : 'items'}`;
  return `${what} must be ${bound} ${limit}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

export function valueAt(value: unknown, path: DocumentPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) {
      return undefined;
    }
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}
