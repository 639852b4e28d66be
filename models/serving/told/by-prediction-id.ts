import type { FastifyReply } from 'fastify';
import type { PredictionWriter } from '../../predictions/ports.js';
import { parsePredictionId, predictionId } from '../../predictions/prediction-id.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';
import { errorBody } from '../http-error.js';

/** What became of a request that tells something of predictions. */
export interface ToldResult {
  /** Entries that are on disk now. */
  readonly accepted: number;
  /** Ids, as they were given, that no gateway of this log ever gave. */
  readonly unknown: readonly string[];
}

/** Entries by the model whose predictions they tell of. */
export interface FoundEntries<Entry> {
  readonly known: ReadonlyMap<string, readonly Entry[]>;
  readonly unknown: readonly string[];
}

/** Which model gave each id. An id is unique over all of them. */
export async function findPredictions<Entry extends { readonly id: string }>(
  log: PredictionLog,
  entries: readonly Entry[],
  onlyModel: string | undefined,
): Promise<FoundEntries<Entry>> {
  const known = new Map<string, readonly Entry[]>();
  const models = await log.models();
  let open = entries;
  for (const model of models) {
    if (open.length === 0) break;
    if (onlyModel !== undefined && model !== onlyModel) continue;
    const ids = open.map(({ id }) => id);
    const unknown = new Set(await log.writer(model).unknownIds(model, ids));
    const found = open.filter(({ id }) => !unknown.has(id));
    if (found.length > 0) known.set(model, found);
    open = open.filter(({ id }) => unknown.has(id));
  }
  return { known, unknown: [...new Set(open.map(({ id }) => id))] };
}

/**
 * Keeps the entries whose predictions are known, all of one request with one time.
 *
 * @param append - returns once the records are on disk
 */
export async function keepKnown<Entry extends { readonly id: string }>(
  log: PredictionLog,
  { known, unknown }: FoundEntries<Entry>,
  append: (
    writer: PredictionWriter,
    entries: readonly (Entry & { readonly model: string; readonly at: string })[],
  ) => Promise<void>,
): Promise<ToldResult> {
  const at = new Date().toISOString();
  await Promise.all(
    [...known].map(([model, entries]) =>
      append(
        log.writer(model),
        entries.map((entry) => ({ ...entry, id: wholeId(entry.id), model, at })),
      ),
    ),
  );
  const accepted = [...known.values()].reduce((sum, { length }) => sum + length, 0);
  return { accepted, unknown };
}

/** 200 where all ids are known, 207 where some are, 404 where none is. */
export function answerTold(reply: FastifyReply, { accepted, unknown }: ToldResult) {
  if (unknown.length === 0) return { accepted, unknown };
  const error = errorBody(
    `${unknown.length} of the ids are in no log that gateways keep here: ${someOf(unknown)}`,
    'send the prediction ids that the answers have, those of answers that were logged (not "logged": false), or send these again where the model is served',
  );
  return reply.code(accepted === 0 ? 404 : 207).send({ accepted, unknown, ...error });
}

/** The first few; the answer lists all of them. */
function someOf(ids: readonly string[]): string {
  const named = ids.slice(0, 3).map((id) => id.slice(0, 64));
  return ids.length > named.length ? `${named.join(', ')}, …` : named.join(', ');
}

function wholeId(id: string): string {
  const parts = parsePredictionId(id);
  return parts === null ? id : predictionId(parts.uuid, parts.row);
}
