import { writeFile } from 'node:fs/promises';
import type { Explanation } from '../../contracts/index.js';
import { explanationPage } from '../../monitoring/report/explanation-page/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import { readVersion } from '../version.js';

/** Writes the page of an explanation: beside its place, then renamed, so that it is never half there. */
export async function writeExplanationPage(path: string, explanation: Explanation): Promise<void> {
  const page = explanationPage(explanation, {
    generatedAt: new Date().toISOString(),
    version: readVersion(),
  });
  await replaceFile(path, (beside) => writeFile(beside, page));
}
