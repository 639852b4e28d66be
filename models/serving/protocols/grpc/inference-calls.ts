import { TRACEPARENT } from '../../../../telemetry/index.js';
import {
  type Asking,
  mayTouch,
  type Principal,
  type RouteAccess,
  TEST_HEADER,
} from '../../../access/index.js';
import { NotAdmitted, requireAdmitted } from '../../access/require-admitted.js';
import { isTestRequest } from '../../access/test-request.js';
import { answerRows } from '../../answer-rows.js';
import { logFailure } from '../../http-error.js';
import { type Ending, PredictionWatcher } from '../../observing/prediction-watcher.js';
import type { RequestWatch } from '../../observing/request-watch.js';
import { askedBy } from '../../routing/asked-by.js';
import { ROUTE_KEY_HEADER } from '../../routing/route-key.js';
import { type Asked, type ServingDeps, withVersion } from '../../serving-deps.js';
import { jsonForm } from '../infer-request.js';
import { requireOutputs } from '../infer-response.js';
import { modelMetadata } from '../model-metadata.js';
import { EXTENSIONS, knownVersions } from '../open-inference.js';
import { repositoryIndex } from '../repository-index.js';
import { rowsFromTensors } from '../tensors/rows-from-tensors.js';
import { grpcError } from './grpc-error.js';
import { inferMessage, readInferMessage } from './infer-messages.js';
import type { ModelInferRequest, ModelInferResponse, ModelRequest } from './messages.js';

/** Who calls, and with what beside the message. */
export interface Caller {
  readonly address: string;
  /** The first value of a metadata key. */
  metadata(key: string): string | undefined;
}

/** A method of the service: its request's message to its response's. */
export type Call = (request: never, caller: Caller) => Promise<object>;

/** The methods of `inference.GRPCInferenceService`, by name. */
export function inferenceCalls(deps: ServingDeps): { readonly [method: string]: Call } {
  const { champions, productVersion } = deps;
  const watcher = new PredictionWatcher(deps);
  return {
    ServerLive: async () => ({ live: true }),
    ServerReady: async () => ({ ready: champions.isReady() }),
    ServerMetadata: async () => ({
      name: 'millrace',
      version: productVersion,
      extensions: EXTENSIONS,
    }),
    ModelReady: async (request: ModelRequest, caller) => {
      await admit(deps, 'ModelReady', 'any', request.name, caller);
      return { ready: await isReady(deps, request) };
    },
    ModelMetadata: async (request: ModelRequest, caller) => {
      await admit(deps, 'ModelMetadata', 'any', request.name, caller);
      return withVersion(deps, asked(request.name, request.version), async ({ served }) => {
        const versions = await knownVersions(deps, request.name, served.version);
        return modelMetadata(request.name, versions, served);
      });
    },
    ModelInfer: (request: ModelInferRequest, caller) => watched(deps, watcher, request, caller),
    RepositoryIndex: async ({ ready }: { readonly ready: boolean }, caller) => {
      const principal = await admit(deps, 'RepositoryIndex', 'any', null, caller);
      const seen = repositoryIndex(deps).filter(({ name }) => mayTouch(principal, name));
      return { models: seen.filter(({ state }) => !ready || state === 'READY') };
    },
  };
}

/** An inference, told of as one over HTTP is. */
async function watched(
  deps: ServingDeps,
  watcher: PredictionWatcher,
  request: ModelInferRequest,
  caller: Caller,
): Promise<ModelInferResponse> {
  const head = { ...INFER_HEAD, from: caller.address };
  const watch = watcher.begun(head, request.model_name);
  let ending: Ending = { status: 200, code: 'OK', bytesOut: 0 };
  try {
    watch.caller = await requireAdmitted(deps.access.gate, asking('predict', watch.model, caller));
    watch.isTest = isTestRequest(caller.metadata(TEST_HEADER), watch.caller);
    watcher.admitted(watch, caller.metadata(TRACEPARENT));
    return await infer(deps, request, caller, watch);
  } catch (error) {
    if (error instanceof NotAdmitted) watch.refusal = error.refused;
    const { status, name: code } = grpcError(error, deps.logger);
    if (status === 503) logFailure(deps.logger, error, { method: 'gRPC', url: head.path, status });
    ending = { status, code, bytesOut: 0 };
    throw error;
  } finally {
    watcher.ended(watch, ending);
  }
}

const INFER_HEAD = {
  protocol: 'grpc',
  method: 'ModelInfer',
  path: '/inference.GRPCInferenceService/ModelInfer',
  route: 'inference.GRPCInferenceService/ModelInfer',
  bytesIn: 0,
} as const;

async function infer(
  deps: ServingDeps,
  request: ModelInferRequest,
  caller: Caller,
  watch: RequestWatch,
): Promise<ModelInferResponse> {
  const inference = readInferMessage(request);
  const headers = { [ROUTE_KEY_HEADER]: caller.metadata(ROUTE_KEY_HEADER) };
  const whom = {
    ...asked(request.model_name, request.model_version),
    ...askedBy(watch, headers, deps.metrics, () =>
      jsonForm(deps.champions.signature(request.model_name), inference),
    ),
  };
  return withVersion(deps, whom, async (answering) => {
    const { signature } = answering.served;
    const rows = rowsFromTensors(signature, inference.tensors);
    requireOutputs(signature, inference.outputs);
    const answer = await answerRows(deps, answering, rows, inference.id, watch);
    return inferMessage(signature, answer, inference);
  });
}

function asked(model: string, version: string): Asked {
  return { model, version: version === '' ? undefined : version };
}

/** A version that cannot answer is not ready: that is an answer, not an error. */
async function isReady(deps: ServingDeps, { name, version }: ModelRequest): Promise<boolean> {
  try {
    return await withVersion(deps, asked(name, version), async () => true);
  } catch (error) {
    if (grpcError(error, deps.logger).name === 'UNAVAILABLE') return false;
    throw error;
  }
}

/** @throws NotAdmitted where the gate does not let the call in; the audit log is told */
async function admit(
  { access: { gate, denials, gatewayId } }: ServingDeps,
  method: string,
  access: RouteAccess,
  model: string | null,
  caller: Caller,
): Promise<Principal> {
  const { address } = caller;
  try {
    return await requireAdmitted(gate, asking(access, model, caller));
  } catch (error) {
    if (error instanceof NotAdmitted && error.statusCode !== 429) {
      const { principal, message: reason } = error.refused;
      const who = principal && { kind: principal.kind, id: principal.id, name: principal.name };
      denials.add({
        at: new Date().toISOString(),
        by: gatewayId,
        who,
        from: address,
        what: `gRPC ${method}`,
        access,
        model,
        outcome: 'denied',
        status: error.statusCode,
        reason,
      });
    }
    throw error;
  }
}

function asking(access: RouteAccess, model: string | null, caller: Caller): Asking {
  return {
    access,
    model,
    authorization: caller.metadata('authorization'),
    address: caller.address,
  };
}
