import { expect, test } from 'vitest';
import { get, oneRow, post, servingLinear } from './serving-fixture.js';

test('smoke', async () => {
  const { url } = await servingLinear();
  const answer = await post(`${url}/v2/models/bike-demand/infer`, oneRow(3, 4));

  console.log(
    (
      await post(`${url}/labels`, {
        labels: [{ id: answer.body.parameters.prediction_id, label: 4 }],
      })
    ).body,
  );
  expect(answer.status).toBe(200);
});
