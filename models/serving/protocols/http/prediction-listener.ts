import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRACEPARENT } from '../../../../telemetry/index.js';
import { type Decision, TEST_HEADER } from '../../../access/index.js';
import { foreignCallers } from '../../access/listen-address.js';
import { NotAdmitted } from '../../access/require-admitted.js';
import { isTestRequest } from '../../access/test-request.js';
import { PredictionWatcher } from '../../observing/prediction-watcher.js';
import type { RequestWatch } from '../../observing/request-watch.js';
import { refusalOfHeaders } from '../../refused-headers.js';
import type { ServingDeps } from '../../serving-deps.js';
import { answerInference, requireInferenceType } from './answer-inference.js';
import { answerInvocation, requireInvocationType } from './answer-invocation.js';
import { Exchange } from './exchange.js';
import { HeldBodies } from './held-bodies.js';
import type { PredictionReply } from './prediction-request.js';
import { PredictionRoutes, type PredictionTarget } from './prediction-routes.js';
import { receiveBody } from './receive-body.js';
import { RequestRefused } from './request-refused.js';

export interface ListenerOptions {
  /** The address that is listened on. */
  readonly host: string;
  /** Largest body. */
  readonly bodyLimitBytes: number;
  /** What the bodies of all requests that are being answered may take together. */
  readonly maxHeldBytes: number;
}

const FORMS = {
  inference: {
    protocol: 'open-inference',
    requireType: requireInferenceType,
    answer: answerInference,
  },
  invocation: {
    protocol: 'mlflow',
    requireType: requireInvocationType,
    answer: answerInvocation,
  },
} as const;

/**
 * Answers requests for predictions over HTTP, on Node's own server: they come in such numbers that
 * what a framework does for each of them would cost as much as the answer.
 */
export class PredictionListener {
  readonly #deps: ServingDeps;
  readonly #bodyLimitBytes: number;
  readonly #held: HeldBodies;
  readonly #watcher: PredictionWatcher;
  readonly #routes = new PredictionRoutes();
  readonly #foreignOf: ReturnType<typeof foreignCallers>;
  #isStopping = false;

  constructor(deps: ServingDeps, { host, bodyLimitBytes, maxHeldBytes }: ListenerOptions) {
    this.#deps = deps;
    this.#bodyLimitBytes = bodyLimitBytes;
    this.#held = new HeldBodies(maxHeldBytes, bodyLimitBytes);
    this.#watcher = new PredictionWatcher(deps);
    this.#foreignOf = foreignCallers(host);
  }

  /** From now on each answer ends its connection. */
  stop(): void {
    this.#isStopping = true;
  }

  /** @returns false for a request that asks for no predictions: it is left as it is */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers, socket } = request;
    const target = method === 'POST' ? this.#routes.find(url) : null;
    if (target === null) return false;
    const head = {
      protocol: FORMS[target.form].protocol,
      method: 'POST',
      path: target.path,
      route: target.route,
      from: socket.remoteAddress ?? '',
      bytesIn: Number(headers['content-length'] ?? 0),
    };
    const watch = this.#watcher.begun(head, target.model);
    const exchange = new Exchange(request, response, (status, bytesOut) =>
      this.#watcher.ended(watch, { status, code: String(status), bytesOut }),
    );
    this.#answer(request, target, watch, exchange).then(
      (reply) => exchange.reply(reply, this.#isStopping),
      (error: unknown) => exchange.refuse(error, this.#deps.logger),
    );
    return true;
  }

  async #answer(
    request: IncomingMessage,
    target: PredictionTarget,
    watch: RequestWatch,
    exchange: Exchange,
  ): Promise<PredictionReply> {
    const { headers } = request;
    this.#requireOwn(request);
    const decision = this.#deps.access.gate.admit({
      access: 'predict',
      model: target.model,
      authorization: headers.authorization,
      address: watch.head.from,
    });
    // At once for a client that is known: its request waits for nothing.
    letIn(watch, decision instanceof Promise ? await decision : decision);
    watch.isTest = isTestRequest(headers[TEST_HEADER], watch.caller);
    this.#watcher.admitted(watch, headers[TRACEPARENT]);
    const heldBytes = this.#held.take(headers);
    if (heldBytes > 0) exchange.onClose(() => this.#held.giveBack(heldBytes));
    const form = FORMS[target.form];
    form.requireType(headers);
    const body = await receiveBody(request, this.#bodyLimitBytes);
    return form.answer(this.#deps, { headers, target, body, watch });
  }

  /** @throws RequestRefused for what no client of this gateway sends */
  #requireOwn({ rawHeaders, headers }: IncomingMessage): void {
    const refusal = refusalOfHeaders(rawHeaders);
    if (refusal !== null) throw new RequestRefused(refusal.status, refusal.message);
    const foreign = this.#foreignOf(headers);
    if (foreign === null) return;
    const { status, message, hint } = foreign;
    throw new RequestRefused(status, hint === undefined ? message : `${message}; ${hint}`);
  }
}

/** @throws NotAdmitted */
function letIn(watch: RequestWatch, decision: Decision): void {
  if (decision.admitted) {
    watch.caller = decision.principal;
    return;
  }
  watch.refusal = decision;
  throw new NotAdmitted(decision);
}
