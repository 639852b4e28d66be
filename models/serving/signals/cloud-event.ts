import * as z from 'zod';
import type { JsonObject } from '../../../contracts/index.js';
import { parseBody } from '../parse-body.js';
import { type ExternalSignal, eventTime, SIGNAL_ACTIONS, shortText } from './external-signal.js';

const TYPES = SIGNAL_ACTIONS.map((action) => `millrace.${action}` as const);
const VERSION = 'must be the number of a version';

const eventSchema = z.looseObject({
  specversion: z.literal('1.0', { error: 'must be "1.0"' }),
  id: shortText(256),
  source: shortText(512),
  type: z.enum(TYPES, { error: `must be ${TYPES.join(' or ')}` }),
  time: eventTime.exactOptional(),
  data: z.looseObject(
    {
      reason: shortText(1_000),
      version: z.int({ error: VERSION }).min(1, VERSION).exactOptional(),
    },
    { error: 'must be an object with a reason' },
  ),
});

/** More than this of an event's data does not go into the ledger. */
const MOST_DATA_CHARACTERS = 4_096;

export function isCloudEvent(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'specversion' in body;
}

/**
 * Reads a CloudEvent 1.0 in structured JSON, of type `millrace.retrain` or `millrace.rollback`.
 *
 * @throws MillraceError `InvalidInput` naming each attribute that does not fit
 */
export function readCloudEvent(body: unknown): ExternalSignal {
  const { id, source, type, time, data } = parseBody(
    eventSchema,
    body,
    'send {"specversion": "1.0", "id": "…", "source": "…", "type": "millrace.retrain", "data": {"reason": "…"}}',
  );
  return {
    action: type === 'millrace.retrain' ? 'retrain' : 'rollback',
    // An id is unique within its source. Encoded it holds no #, so the last one parts the two.
    requestId: `cloudevent/${source}#${encodeURIComponent(id)}`,
    asOf: time ?? null,
    source,
    reason: data.reason,
    blames: data.version ?? null,
    evidence: { source, eventId: id, eventType: type, ...keptData(data) },
  };
}

/** @param data - parsed JSON */
function keptData(data: object): JsonObject {
  return JSON.stringify(data).length > MOST_DATA_CHARACTERS ? {} : { data: data as JsonObject };
}
