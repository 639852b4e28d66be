import type * as z from 'zod';

/**
 * Reads what `inspect` prints: a list with one object, whose names are Docker's in every engine.
 *
 * @returns `null` where it is something else
 */
export function inspected<T>(schema: z.ZodType<T>, stdout: string): T | null {
  try {
    const list: unknown = JSON.parse(stdout);
    const parsed = schema.safeParse(Array.isArray(list) ? list[0] : list);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
