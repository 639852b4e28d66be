import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isMillraceError, MillraceError } from '../../../contracts/index.js';
import { errorBody } from '../http-error.js';
import { parseJsonBody } from '../parse-json.js';
import { isAlertmanagerWebhook, readAlertmanagerWebhook } from './alertmanager.js';
import { isCloudEvent, readCloudEvent } from './cloud-event.js';
import type { ExternalSignal } from './external-signal.js';
import { KnownRequests } from './known-requests.js';
import { passOn } from './pass-on.js';
import type { SignalDeps } from './ports.js';
import { findSignalKey, mayAsk, mayTouch, readSignalKeys, type SignalKey } from './signal-keys.js';

const BODY_LIMIT_BYTES = 256 * 1024;
const RETRY_AFTER_S = 5;

interface ModelParams {
  readonly name: string;
}

/** `POST /models/NAME/signals`: monitors outside of millrace ask for a retraining or a rollback. */
export async function addSignalRoutes(app: FastifyInstance, deps: SignalDeps): Promise<void> {
  const known = new KnownRequests();
  app.addContentTypeParser('application/cloudevents+json', { parseAs: 'string' }, parseJsonBody);
  const keys = new WeakMap<FastifyRequest, SignalKey>();

  const authenticate = async (request: FastifyRequest, reply: FastifyReply) => {
    const configured = await readSignalKeys(deps.keysFile, deps.logger);
    if (configured === null) return undefined;
    const { name } = request.params as ModelParams;
    const key = findSignalKey(configured, request.headers.authorization);
    if (key === null) {
      reply.header('www-authenticate', 'Bearer');
      return reply
        .code(401)
        .send(errorBody('a signal needs a key', 'send it as Authorization: Bearer <key>'));
    }
    keys.set(request, key);
    return mayTouch(key, name) ? undefined : forbid(reply, key, `signal model ${name}`);
  };

  const route = {
    bodyLimit: BODY_LIMIT_BYTES,
    onRequest: authenticate,
    config: {
      access: 'signal',
      summary: 'ask for a retraining or a rollback: a CloudEvent or a notification of Alertmanager',
      answers: { 202: 'kept, or known already' },
    },
  } as const;
  app.post<{ Params: ModelParams }>('/models/:name/signals', route, async (request, reply) => {
    const { name } = request.params;
    const { body } = request;
    const isEvent = isCloudEvent(body);
    const { signals, ignored } = isEvent
      ? { signals: [readCloudEvent(body)], ignored: 0 }
      : readAlerts(body);
    const key = keys.get(request) ?? null;
    const refused = signals.find(({ action }) => key !== null && !mayAsk(key, action));
    if (key !== null && refused !== undefined) {
      return forbid(reply, key, `ask for a ${refused.action}`);
    }
    const passed = await passOn(deps, known, name, signals, key?.name ?? null).catch(
      (error: unknown) => {
        if (!isMillraceError(error) || error.type !== 'NotFound') {
          reply.header('retry-after', RETRY_AFTER_S);
        }
        throw error;
      },
    );
    reply.code(202);
    const [first] = passed;
    if (isEvent && first !== undefined) return { model: name, ...first };
    const duplicate = passed.length > 0 && passed.every((signal) => signal.duplicate);
    return { model: name, duplicate, signals: passed, ignored };
  });
}

function readAlerts(body: unknown): {
  readonly signals: readonly ExternalSignal[];
  readonly ignored: number;
} {
  if (isAlertmanagerWebhook(body)) return readAlertmanagerWebhook(body);
  throw new MillraceError(
    'InvalidInput',
    'the body is neither a CloudEvent in structured JSON (it has no specversion) nor a notification of Alertmanager (it has no alerts)',
    'see the page on serving',
  );
}

function forbid(reply: FastifyReply, key: SignalKey, what: string) {
  return reply
    .code(403)
    .send(errorBody(`the key ${key.name} may not ${what}`, 'use one that may, or widen its scope'));
}
