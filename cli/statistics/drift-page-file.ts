import { writeFile } from 'node:fs/promises';
import type { DriftPictures, DriftReport } from '../../contracts/index.js';
import { driftPage } from '../../monitoring/report/drift-page/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import { readVersion } from '../version.js';

/** Writes the page of a comparison: beside its place, then renamed, so that it is never half there. */
export async function writeDriftPage(
  path: string,
  report: DriftReport,
  pictures: DriftPictures,
): Promise<void> {
  const generatedAt = new Date().toISOString();
  const page = driftPage(report, pictures, { generatedAt, version: readVersion() });
  await replaceFile(path, (beside) => writeFile(beside, page));
}
