import type { FastifyInstance } from 'fastify';
import type { ModelSignature } from '../../../contracts/index.js';
import type { ServingDeps } from '../serving-deps.js';
import { acceptBusinessMetrics } from './business-metrics.js';
import { answerTold } from './by-prediction-id.js';
import { acceptFeedback } from './feedback.js';
import { acceptLabels } from './labels.js';

/** What is told of a prediction after it was given, by its id. */
export function addToldRoutes(app: FastifyInstance, deps: ServingDeps): void {
  const { log } = deps;
  const signatureOf = (model: string) => outputSignature(deps, model);
  app.post('/labels', async ({ body }, reply) =>
    answerTold(reply, await acceptLabels({ log, signatureOf }, body)),
  );
  app.post('/feedback', async ({ body }, reply) =>
    answerTold(reply, await acceptFeedback(log, body)),
  );
  app.post('/metrics-feedback', async ({ body }, reply) =>
    answerTold(reply, await acceptBusinessMetrics(log, body)),
  );
}

/** Of the champion, else of the newest version: a model that is no longer served still gets labels. */
async function outputSignature(deps: ServingDeps, model: string): Promise<ModelSignature | null> {
  const served = deps.champions.signature(model);
  if (served !== null) return served;
  return (await deps.registry.versions(model)).at(-1)?.content.signature ?? null;
}
