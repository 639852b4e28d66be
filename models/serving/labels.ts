import { z } from 'zod';
import {
  type LabelRecord,
  MillraceError,
  type ModelSignature,
  type ValueKind,
} from '../../contracts/index.js';
import { parsePredictionId, predictionId } from '../predictions/prediction-id.js';
import type { PredictionLog } from '../predictions/prediction-log.js';
import { parseBody } from './parse-body.js';

const bodySchema = z.strictObject({
  model: z.string().optional(),
  labels: z.array(
    z.strictObject({ id: z.string(), label: z.union([z.number(), z.string(), z.boolean()]) }),
  ),
});

type Label = z.infer<typeof bodySchema>['labels'][number];

export interface LabelsResult {
  /** Labels that are on disk now. */
  readonly accepted: number;
  /** Ids, as they were given, that no gateway of this log ever gave. */
  readonly unknown: readonly string[];
}

export interface LabelsDeps {
  readonly log: PredictionLog;
  /** What the model takes and gives; `null` for a model that nobody knows. */
  readonly signatureOf: (model: string) => Promise<ModelSignature | null>;
}

/**
 * Takes labels for predictions by their id. Those with a known id are kept and fsynced; the others
 * are named. A label of the wrong kind refuses the whole request before anything is kept, because
 * then the sender is wrong, not one row.
 *
 * @throws MillraceError `InvalidInput` for a body or a label that does not fit
 */
export async function acceptLabels(deps: LabelsDeps, body: unknown): Promise<LabelsResult> {
  const { model: onlyModel, labels } = parseBody(
    bodySchema,
    body,
    'send {"labels": [{"id": "<prediction id>", "label": value}]}',
  );
  const byModel = await findModels(deps.log, labels, onlyModel);
  for (const [model, found] of byModel.known) await requireKind(deps, model, found);
  const at = new Date().toISOString();
  await Promise.all(
    [...byModel.known].map(([model, found]) =>
      deps.log.writer(model).appendLabels(found.map((label) => record(model, label, at))),
    ),
  );
  const accepted = [...byModel.known.values()].reduce((sum, { length }) => sum + length, 0);
  return { accepted, unknown: byModel.unknown };
}

/** Which model gave each id. An id is unique over all of them. */
async function findModels(
  log: PredictionLog,
  labels: readonly Label[],
  onlyModel: string | undefined,
): Promise<{
  readonly known: ReadonlyMap<string, readonly Label[]>;
  readonly unknown: readonly string[];
}> {
  const known = new Map<string, readonly Label[]>();
  const models = await log.models();
  let open = labels;
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

async function requireKind(
  { signatureOf }: LabelsDeps,
  model: string,
  labels: readonly Label[],
): Promise<void> {
  const output = (await signatureOf(model))?.output;
  if (output === undefined) return;
  const wrong = labels.find(({ label }) => !FITS[output.kind](label));
  if (wrong === undefined) return;
  throw new MillraceError(
    'InvalidInput',
    `the label ${JSON.stringify(wrong.label)} of ${wrong.id} does not fit ${output.name} of model ${model}, which is ${WANTED[output.kind]}`,
    'nothing of this request was kept: mend it and send all of it again',
  );
}

type OutputKind = Exclude<ValueKind, 'timestamp'>;

const FITS: { readonly [kind in OutputKind]: (label: Label['label']) => boolean } = {
  number: (label) => typeof label === 'number',
  integer: (label) => Number.isSafeInteger(label),
  boolean: (label) => typeof label === 'boolean',
  string: (label) => typeof label === 'string',
};

const WANTED: { readonly [kind in OutputKind]: string } = {
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  string: 'text',
};

function record(model: string, { id, label }: Label, at: string): LabelRecord {
  const parts = parsePredictionId(id);
  return { id: parts === null ? id : predictionId(parts.uuid, parts.row), model, label, at };
}
