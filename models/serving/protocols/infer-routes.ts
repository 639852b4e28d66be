import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerRows } from '../answer-rows.js';
import { decompressBody } from '../decompress-body.js';
import { askedBy } from '../routing/asked-by.js';
import { type ServingDeps, withVersion } from '../serving-deps.js';
import { acceptBinaryBodies, HEADER_LENGTH } from './binary-body.js';
import { jsonForm, readInferRequest } from './infer-request.js';
import { type InferResponse, inferResponse, requireOutputs } from './infer-response.js';
import { MODEL_PATHS, type ModelRoute } from './model-routes.js';
import { nameAnswer } from './name-answer.js';
import { rowsFromTensors } from './tensors/rows-from-tensors.js';

/**
 * `POST …/infer` of the Open Inference Protocol V2: JSON, or the binary tensor extension, and either
 * of them packed.
 */
export async function addInferRoutes(scope: FastifyInstance, deps: ServingDeps): Promise<void> {
  acceptBinaryBodies(scope);
  scope.addHook('preParsing', decompressBody);
  for (const path of MODEL_PATHS) {
    const config = {
      access: 'predict',
      summary: 'predict from tensors',
      body: 'inference',
      predicts: true,
    } as const;
    scope.post<ModelRoute>(`${path}/infer`, { config }, async (request, reply) => {
      const inference = readInferRequest(request.body);
      const asked = askedBy(request, deps.metrics, () => jsonForm(inference));
      return withVersion(deps, { ...request.params, ...asked }, async (answering) => {
        const { signature } = answering.served;
        const rows = rowsFromTensors(signature, inference.tensors);
        requireOutputs(signature, inference.outputs);
        const answer = await answerRows(deps, answering, rows, inference.id, request.watch);
        nameAnswer(reply, answer);
        return bodyOf(reply, inferResponse(signature, answer, inference));
      });
    });
  }
}

function bodyOf(reply: FastifyReply, { json, tensors }: InferResponse): object {
  if (tensors.length === 0) return json;
  const header = Buffer.from(JSON.stringify(json));
  reply.header(HEADER_LENGTH, header.length);
  reply.type('application/octet-stream');
  return Buffer.concat([header, ...tensors]);
}
