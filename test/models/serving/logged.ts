import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionRecord } from '../../../contracts/index.js';
import { segmentsOf } from '../predictions/log-fixture.js';
import type { World } from './serving-fixture.js';

/** What the prediction log of a closed gateway has. */
export async function logged({ home }: World): Promise<readonly PredictionRecord[]> {
  const segments = await segmentsOf(home.predictionsDir, 'predictions');
  const texts = await Promise.all(
    segments.map((path) => readFile(join(home.predictionsDir, path), 'utf8')),
  );
  return texts.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line): PredictionRecord => JSON.parse(line)),
  );
}
