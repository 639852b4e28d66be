import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Champions } from '../champions.js';
import type { TrafficMeter } from './traffic-meter.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The model that a prediction is asked of; `null` while it is not known, and of other requests. */
    predicts: string | null;
    /** The version that answers it by the route of a rollout. */
    arm: number | null;
  }
  interface FastifyContextConfig {
    /** The route gives predictions. */
    readonly predicts?: true;
  }
}

/**
 * Counts every request for predictions once it is answered, by its model. What is asked of a model
 * that has no champion is nobody's service, and not counted.
 */
export function meterRequests(
  app: FastifyInstance,
  meter: TrafficMeter,
  champions: Pick<Champions, 'isKnown'>,
): void {
  app.decorateRequest('predicts', null);
  app.decorateRequest('arm', null);
  app.addHook('onResponse', (request, reply, done) => {
    const model = modelOf(request);
    if (model !== null && champions.isKnown(model)) {
      const bytesIn = Number(request.headers['content-length'] ?? 0);
      const bytesOut = Number(reply.getHeader('content-length') ?? 0);
      meter.count(model, reply.statusCode, reply.elapsedTime, bytesIn, bytesOut);
      if (request.arm !== null) {
        meter.countArm(model, request.arm, reply.statusCode, reply.elapsedTime);
      }
    }
    done();
  });
}

/** A body that cannot be read is refused before the route names its model. */
function modelOf(request: FastifyRequest): string | null {
  if (request.predicts !== null) return request.predicts;
  if (request.declared.predicts !== true) return null;
  const { model } = request.params as { readonly model?: string };
  return model ?? null;
}
