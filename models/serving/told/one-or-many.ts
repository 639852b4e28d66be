import * as z from 'zod';
import { parseBody } from '../parse-body.js';

interface Told<Entry> {
  /** The only model whose predictions are meant; absent: whichever gave the id. */
  readonly model: string | undefined;
  readonly entries: readonly (Omit<Entry, 'predictionId'> & { readonly id: string })[];
}

const onlyModel = z.string().optional();

/** What {@link parseOneOrMany} takes, for those who describe it. */
export function oneOrManySchema(key: string, entry: z.ZodObject) {
  return z.union([
    entry.safeExtend({ model: onlyModel }),
    z.strictObject({ model: onlyModel, [key]: z.array(entry) }),
  ]);
}

/**
 * Reads one entry, `{predictionId, …}`, or a list of them, `{<key>: [{predictionId, …}, …]}`; both
 * may name a `model` beside.
 *
 * @throws MillraceError `InvalidInput` naming each field that does not fit
 */
export function parseOneOrMany<Entry extends { readonly predictionId: string }>(
  key: string,
  entry: z.ZodType<Entry>,
  body: unknown,
  hint: string,
): Told<Entry> {
  if (isObject(body) && !Array.isArray(body[key])) {
    const { model, ...single } = body;
    const told = parseBody(z.strictObject({ model: onlyModel }), { model }, hint);
    return { model: told.model, entries: [byId(parseBody(entry, single, hint))] };
  }
  const list = z.strictObject({ model: onlyModel, [key]: z.array(entry) });
  const told = parseBody(list, body, hint) as { readonly [key: string]: unknown };
  return {
    model: told['model'] as string | undefined,
    entries: (told[key] as readonly Entry[]).map(byId),
  };
}

function byId<Entry extends { readonly predictionId: string }>({ predictionId, ...rest }: Entry) {
  return { ...rest, id: predictionId };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
