import * as z from 'zod';
import { MillraceError, type ModelSignature, type ValueKind } from '../../../contracts/index.js';
import type { PredictionLog } from '../../predictions/prediction-log.js';
import { parseBody } from '../parse-body.js';
import { findPredictions, keepKnown, type ToldResult } from './by-prediction-id.js';

const labelSchema = z.union([z.number(), z.string(), z.boolean()], {
  error: 'must be a number, text, true or false; leave out what is not known yet',
});

export const labelsSchema = z.strictObject({
  model: z.string().optional(),
  labels: z.array(z.strictObject({ id: z.string(), label: labelSchema })),
});

type Label = z.infer<typeof labelsSchema>['labels'][number];

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
export async function acceptLabels(deps: LabelsDeps, body: unknown): Promise<ToldResult> {
  const { model: onlyModel, labels } = parseBody(
    labelsSchema,
    body,
    'send {"labels": [{"id": "<prediction id>", "label": value}]}',
  );
  const found = await findPredictions(deps.log, labels, onlyModel);
  for (const [model, entries] of found.known) await requireKind(deps, model, entries);
  return keepKnown(deps.log, found, (writer, records) => writer.appendLabels(records));
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
