import type { IncomingHttpHeaders } from 'node:http';
import { answerRows } from '../../answer-rows.js';
import { utf8Text } from '../../body-text.js';
import { parseJson } from '../../parse-json.js';
import { askedBy } from '../../routing/asked-by.js';
import { type ServingDeps, withVersion } from '../../serving-deps.js';
import { HEADER_LENGTH, readBinaryBody } from '../binary-body.js';
import { jsonForm, readInferRequest } from '../infer-request.js';
import { requireOutputs } from '../infer-response.js';
import { plainKeys } from '../plain-request.js';
import { rowsFromTensors } from '../tensors/rows-from-tensors.js';
import { answerHeaders } from './answer-headers.js';
import { type InferenceText, inferenceText } from './answer-text.js';
import { isJson, mediaTypeRefused } from './media-type.js';
import { JSON_TYPE, type PredictionReply, type PredictionRequest } from './prediction-request.js';

/**
 * A body without a type is JSON: generic clients send no other, and a foreign page that could send it
 * as well is known by its Origin. With the header of the binary tensor extension any type will do.
 *
 * @throws RequestRefused 415
 */
export function requireInferenceType(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type === undefined || isJson(type) || headers[HEADER_LENGTH] !== undefined) return;
  throw mediaTypeRefused(type, 'application/json');
}

/** `POST …/infer` of the Open Inference Protocol V2: JSON, or the binary tensor extension. */
export async function answerInference(
  deps: ServingDeps,
  { headers, target, body, watch }: PredictionRequest,
): Promise<PredictionReply> {
  const { model, version } = target;
  const length = headers[HEADER_LENGTH];
  const inference = readInferRequest(
    length === undefined
      ? parseJson(utf8Text(body), plainKeys)
      : readBinaryBody(body, String(length)),
  );
  const asked = askedBy(watch, headers, deps.metrics, () =>
    jsonForm(deps.champions.signature(model ?? ''), inference),
  );
  return withVersion(deps, { model: model ?? '', version, ...asked }, async (answering) => {
    const { signature } = answering.served;
    const rows = rowsFromTensors(signature, inference.tensors);
    requireOutputs(signature, inference.outputs);
    const answer = await answerRows(deps, answering, rows, inference.id, watch);
    return replyOf(inferenceText(signature, answer, inference), answerHeaders(answer));
  });
}

function replyOf(
  { json, tensors }: InferenceText,
  headers: PredictionReply['headers'],
): PredictionReply {
  if (tensors.length === 0) return { body: json, type: JSON_TYPE, headers };
  const head = Buffer.from(json);
  return {
    body: Buffer.concat([head, ...tensors]),
    type: 'application/octet-stream',
    headers: [HEADER_LENGTH, head.length, ...headers],
  };
}
