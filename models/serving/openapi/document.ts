import type { ModelSignature } from '../../../contracts/index.js';
import { TEST_HEADER } from '../../access/index.js';
import type { DeclaredRoute, JsonSchema } from '../route-declaration.js';
import { ROUTE_KEY_HEADER } from '../routing/route-key.js';
import { modelSchemas } from './model-schemas.js';

export interface DocumentedModel {
  readonly model: string;
  readonly signature: ModelSignature;
}

/** Keys of a route that stands for all models, before they are named. */
const MODEL_PLACE = ':model';

/**
 * The OpenAPI 3.1 document of a gateway: every route as it was declared, and those that predict once
 * more for each model, with what its signature takes and gives.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(
  routes: readonly DeclaredRoute[],
  models: readonly DocumentedModel[],
  productVersion: string,
): object {
  const paths: Record<string, Record<string, object>> = {};
  const add = (path: string, method: string, operation: object): void => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const route of routes) {
    // What HTTP says of every GET.
    if (route.method === 'HEAD') continue;
    add(templated(route.path), route.method, operationOf(route));
    if (typeof route.body !== 'string' || !route.path.includes(MODEL_PLACE)) continue;
    for (const model of models) {
      // By number any version may be asked for, whose signature may be another.
      if (route.path.includes(':version')) continue;
      const path = route.path.replace(MODEL_PLACE, model.model);
      add(path, route.method, operationOf({ ...route, path }, model));
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'millrace gateway',
      version: productVersion,
      description: 'Predictions, what is told of them later, and signals of other monitors.',
    },
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const ERROR: JsonSchema = {
  type: 'object',
  required: ['error'],
  properties: { error: { type: 'string', description: 'what was wrong; what to do' } },
};

const PREDICTION_HEADERS = [
  {
    name: ROUTE_KEY_HEADER,
    in: 'header',
    description: 'keeps its version while a rollout shares requests out',
    schema: { type: 'string' },
  },
  {
    name: TEST_HEADER,
    in: 'header',
    description: 'a test: not logged; for the scope admin',
    schema: { const: 'true' },
  },
];

function operationOf(route: DeclaredRoute, model?: DocumentedModel): object {
  const { method, path, access, summary, body, answers } = route;
  const response = responseSchema(body, model);
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const parameters = access === 'predict' ? [...inPath, ...PREDICTION_HEADERS] : inPath;
  return {
    operationId: operationId(method, path),
    ...(summary !== null && { summary }),
    ...(access !== 'public' && { security: [{ bearer: [] }], 'x-millrace-access': access }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== null && {
      requestBody: { required: true, content: requestContent(body, model) },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, description]) => [
          status,
          {
            description,
            ...(response !== null && { content: { 'application/json': { schema: response } } }),
          },
        ]),
      ),
      default: {
        description: 'refused, or failed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function requestContent(body: NonNullable<DeclaredRoute['body']>, model?: DocumentedModel) {
  if (typeof body === 'function') return { 'application/json': { schema: body() } };
  const schema =
    model === undefined
      ? { type: 'object' }
      : modelSchemas(model.model, model.signature)[body].request;
  return {
    'application/json': { schema },
    ...(body === 'invocation' && { 'text/csv': { schema: { type: 'string' } } }),
  };
}

function responseSchema(body: DeclaredRoute['body'], model?: DocumentedModel): JsonSchema | null {
  if (model === undefined || typeof body !== 'string') return null;
  return modelSchemas(model.model, model.signature)[body].response;
}

/** Two underscores before what stands for any: a model may be called `model`. */
function operationId(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9:]+/g, '_').replaceAll(':', '_')}`;
}

/** @example templated('/v2/models/:model'); // '/v2/models/{model}' */
function templated(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}
