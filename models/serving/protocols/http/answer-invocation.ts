import type { IncomingHttpHeaders } from 'node:http';
import { MillraceError, type ModelSignature } from '../../../../contracts/index.js';
import { mayTouch, type Principal } from '../../../access/index.js';
import { AccessDenied } from '../../access/access-denied.js';
import { answerRows } from '../../answer-rows.js';
import { utf8Text } from '../../body-text.js';
import { parseJson } from '../../parse-json.js';
import { askedBy } from '../../routing/asked-by.js';
import { type ServingDeps, withVersion } from '../../serving-deps.js';
import { type Invocation, readCsvInvocation, readInvocation } from '../invocation-rows.js';
import { answerHeaders } from './answer-headers.js';
import { invocationText } from './answer-text.js';
import { isCsv, isJson, mediaTypeRefused } from './media-type.js';
import { JSON_TYPE, type PredictionReply, type PredictionRequest } from './prediction-request.js';

/** Header that names the model where the path and the query do not. */
const MODEL_HEADER = 'x-millrace-model';

/** @throws RequestRefused 415 */
export function requireInvocationType({ 'content-type': type }: IncomingHttpHeaders): void {
  if (type !== undefined && (isJson(type) || isCsv(type))) return;
  throw mediaTypeRefused(type, 'application/json or text/csv');
}

/**
 * MLflow's scoring protocol: of the model in the path, else the one that `?model=` or the header
 * `x-millrace-model` names, else the only one that is served.
 *
 * @see https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
 */
export async function answerInvocation(
  deps: ServingDeps,
  request: PredictionRequest,
): Promise<PredictionReply> {
  const { headers, watch } = request;
  const { caller } = watch;
  const model = modelOf(request) ?? onlyModel(deps, caller);
  watch.model = model;
  if (caller !== null && !mayTouch(caller, model)) {
    throw new AccessDenied(caller, `predict with model ${model}`);
  }
  const text = utf8Text(request.body);
  const isTable = isCsv(headers['content-type'] ?? '');
  const body = isTable ? text : parseJson(text);
  const asked = askedBy(watch, headers, deps.metrics, () => body);
  return withVersion(deps, { model, ...asked }, async (answering) => {
    const { rows, params } = readRows(answering.served.signature, body);
    const answer = await answerRows(deps, answering, rows, undefined, watch);
    return {
      body: invocationText(answer, params),
      type: JSON_TYPE,
      headers: answerHeaders(answer),
    };
  });
}

function readRows(signature: ModelSignature, body: unknown): Invocation {
  return typeof body === 'string'
    ? readCsvInvocation(signature, body)
    : readInvocation(signature, body);
}

function modelOf({ target: { model, queried }, headers }: PredictionRequest): string | undefined {
  if (model !== null) return model;
  if (queried.length > 1) {
    throw new MillraceError('InvalidInput', 'the address names a model twice', 'give ?model= once');
  }
  const header = headers[MODEL_HEADER];
  return queried[0] ?? (Array.isArray(header) ? header[0] : header);
}

/** Of the models that the caller may touch: of others they are told nothing. */
function onlyModel({ champions }: ServingDeps, caller: Principal | null): string {
  const all = champions.models();
  const models = caller === null ? all : all.filter((model) => mayTouch(caller, model));
  const [only] = models;
  if (caller !== null && only === undefined && all.length > 0) {
    throw new AccessDenied(caller, 'predict with any model that is served');
  }
  if (only !== undefined && models.length === 1) return only;
  if (models.length === 0) {
    throw new MillraceError(
      'ServiceUnavailable',
      'no model is served yet',
      'deploy a version, or try again when the gateway has started',
    );
  }
  throw new MillraceError(
    'InvalidInput',
    `more than one model is served: ${models.join(', ')}`,
    'name one as ?model=',
  );
}
