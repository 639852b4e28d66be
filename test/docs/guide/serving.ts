import { expect, test } from 'vitest';
import {
  post,
  servingLinear,
  sharedWorld,
  type World,
} from '../../models/serving/serving-fixture.js';
import { type Fence, fences, pages } from '../documents.js';

const PATH = 'docs/serving.md';
const page = pages().find(({ path }) => path === PATH);
const blocks = page === undefined ? [] : fences(page);

interface Example {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  /** What the page says that the gateway answers; `null` where it does not say it again. */
  readonly answer: object | null;
}

/** The request that the page shows for a route, and the answer below it. */
function example(route: string): Example {
  const at = blocks.findIndex(
    ({ text }) => text.startsWith('curl') && text.includes(`7700${route}`),
  );
  const [, path = '', type = '', body = ''] =
    /7700(\S+) -H 'content-type: ([^']+)' -d '([\s\S]+)'/.exec(blocks[at]?.text ?? '') ?? [];
  const next: Fence | undefined = blocks[at + 1];
  const answer = next?.language === 'json' ? (JSON.parse(next.text) as object) : null;
  return { path, type, body, answer };
}

/**
 * The requests of docs/serving.md, sent to a gateway of their own.
 *
 * @param temporalAddress - of a server that signals can start workflows on; asked for once it runs
 */
export function testServing(temporalAddress: () => string): void {
  let world: World;
  let url: string;
  let predictionId: string;

  sharedWorld(async (cleanUp) => {
    const env = { TEMPORAL_ADDRESS: temporalAddress() };
    ({ world, url } = await servingLinear({ env }, cleanUp));
    await world.promote('coffee', await world.register('coffee', 'linear'));
    const { body } = await post(`${url}/models/bike-demand/invocations`, { instances: [[1, 0]] });
    predictionId = body.prediction_ids[0];
  });
  test.each(['/labels', '/feedback', '/metrics-feedback'])('the example of %s', async (route) => {
    const { path, type, body, answer } = example(route);
    const known = body.replace(/[0-9a-f-]{36}\/0/, predictionId);
    const given = await post(`${url}${path}`, known, type);
    expect([given.status, given.body]).toEqual([200, answer ?? { accepted: 1, unknown: [] }]);
  });

  test('the example of a signal', async () => {
    const { path, type, body, answer } = example('/models/coffee/signals');
    const given = await post(`${url}${path}`, body, type);
    expect([given.status, given.body]).toEqual([202, answer]);
  });

  test('what the page says of errors', async () => {
    const { body } = await post(`${url}/invocations?model=cofee`, { instances: [[1, 0]] });
    expect(body.error).toMatch(/^model "cofee" is not served here; served: /);
  });
}
