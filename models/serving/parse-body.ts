import type { z } from 'zod';
import { MillraceError } from '../../contracts/index.js';

/** More problems than this are not listed. */
const MAX_PROBLEMS = 10;

/** @throws MillraceError `InvalidInput` naming each place in the body that does not fit */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, hint: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => `${pathText(path)}: ${message}`);
  throw new MillraceError('InvalidInput', problems.join('; '), hint);
}

/** @example pathText(['inputs', 0, 'shape']); // 'inputs[0].shape' */
function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return text === '' ? 'body' : text.replace(/^\./, '');
}
