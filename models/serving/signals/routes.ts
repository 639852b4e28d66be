import type { FastifyInstance } from 'fastify';
import { isMillraceError, MillraceError } from '../../../contracts/index.js';
import { withTrace } from '../../../telemetry/index.js';
import { mayAsk } from '../../access/index.js';
import { AccessDenied } from '../access/access-denied.js';
import { parseJsonBody } from '../parse-json.js';
import { isAlertmanagerWebhook, readAlertmanagerWebhook } from './alertmanager.js';
import { isCloudEvent, readCloudEvent } from './cloud-event.js';
import type { ExternalSignal } from './external-signal.js';
import { KnownRequests } from './known-requests.js';
import { passOn } from './pass-on.js';
import type { SignalDeps } from './ports.js';

const BODY_LIMIT_BYTES = 256 * 1024;
const RETRY_AFTER_S = 5;

interface ModelParams {
  readonly name: string;
}

/** `POST /models/NAME/signals`: monitors outside of millrace ask for a retraining or a rollback. */
export async function addSignalRoutes(app: FastifyInstance, deps: SignalDeps): Promise<void> {
  const known = new KnownRequests();
  app.addContentTypeParser('application/cloudevents+json', { parseAs: 'buffer' }, parseJsonBody);
  const route = {
    bodyLimit: BODY_LIMIT_BYTES,
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
    const { caller } = request;
    const refused = signals.find(({ action }) => caller !== null && !mayAsk(caller, action));
    if (caller !== null && refused !== undefined) {
      throw new AccessDenied(caller, `ask for a ${refused.action}`);
    }
    const keyName = caller === null || caller.kind === 'anyone' ? null : caller.name;
    const passed = await withTrace(request.span?.context ?? null, () =>
      passOn(deps, known, name, signals, keyName),
    ).catch((error: unknown) => {
      if (!isMillraceError(error) || error.type !== 'NotFound') {
        reply.header('retry-after', RETRY_AFTER_S);
      }
      throw error;
    });
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
