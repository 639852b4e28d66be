import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { ModelSignature } from '../../../contracts/index.js';
import { ownModels } from '../access/own-models.js';
import type { JsonSchema } from '../route-declaration.js';
import type { ServingDeps } from '../serving-deps.js';
import { acceptBusinessMetrics, businessMetricsSchema } from './business-metrics.js';
import { answerTold } from './by-prediction-id.js';
import { acceptFeedback, feedbackSchema } from './feedback.js';
import { acceptLabels, labelsSchema } from './labels.js';

/** What is told of a prediction after it was given, by its id. */
export function addToldRoutes(app: FastifyInstance, deps: ServingDeps): void {
  const logOf = ({ caller }: FastifyRequest) => ownModels(deps.log, caller);
  const signatureOf = (model: string) => outputSignature(deps, model);
  app.post('/labels', toldRoute('what really happened', labelsSchema), async (request, reply) =>
    answerTold(reply, await acceptLabels({ log: logOf(request), signatureOf }, request.body)),
  );
  app.post('/feedback', toldRoute('what users said', feedbackSchema), async (request, reply) =>
    answerTold(reply, await acceptFeedback(logOf(request), request.body)),
  );
  app.post(
    '/metrics-feedback',
    toldRoute('what predictions were worth', businessMetricsSchema),
    async (request, reply) =>
      answerTold(reply, await acceptBusinessMetrics(logOf(request), request.body)),
  );
}

function toldRoute(what: string, schema: z.ZodType) {
  return {
    config: {
      access: 'feedback',
      summary: `${what}, by prediction id`,
      body: () => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema,
      answers: { 200: 'all are on disk', 207: 'some ids are not known' },
    },
  } as const;
}

/** Of the champion, else of the newest version: a model that is no longer served still gets labels. */
async function outputSignature(deps: ServingDeps, model: string): Promise<ModelSignature | null> {
  const served = deps.champions.signature(model);
  if (served !== null) return served;
  return (await deps.registry.versions(model)).at(-1)?.content.signature ?? null;
}
