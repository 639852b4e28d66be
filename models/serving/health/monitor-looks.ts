import type { FastifyInstance } from 'fastify';
import { isOverdue, lookAgeSeconds } from '../../../contracts/index.js';
import type { RegistryReader } from '../../registry/ports.js';
import { sees } from '../access/guard-routes.js';
import type { Champions } from '../champions.js';

export interface MonitorLooksDeps {
  readonly champions: Pick<Champions, 'isKnown'>;
  readonly registry: Pick<RegistryReader, 'monitorLooks'>;
}

/**
 * `GET /v2/health/monitors`: how long ago the monitors of the models that are served last looked. It
 * answers though no worker is there, and with 503 when one is overdue: any uptime check can tell that
 * nobody watches.
 */
export function addMonitorLooks(
  app: FastifyInstance,
  { champions, registry }: MonitorLooksDeps,
): void {
  const config = { access: 'read', summary: 'how long ago each monitor looked' } as const;
  app.get('/v2/health/monitors', { config }, async ({ caller }, reply) => {
    const nowMs = Date.now();
    const looks = (await registry.monitorLooks()).filter(
      ({ model }) => champions.isKnown(model) && sees(caller, model),
    );
    const monitors = looks.map((look) => ({
      model: look.model,
      last_look: look.lookedAt,
      monitor_last_look_age_seconds: lookAgeSeconds(look, nowMs),
      overdue: isOverdue(look, nowMs),
    }));
    const ages = monitors.map((monitor) => monitor.monitor_last_look_age_seconds);
    const overdue = monitors.filter((monitor) => monitor.overdue).length;
    return reply.code(overdue === 0 ? 200 : 503).send({
      monitor_last_look_age_seconds: ages.length === 0 ? null : Math.max(...ages),
      overdue,
      monitors,
    });
  });
}
