import { writeFile } from 'node:fs/promises';
import type { BacktestDocument } from '../../contracts/index.js';
import { backtestPage } from '../../monitoring/report/backtest-page/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import { readVersion } from '../version.js';

/** Writes the page of a backtest: beside its place, then renamed, so that it is never half there. */
export async function writeBacktestPage(path: string, document: BacktestDocument): Promise<void> {
  const generatedAt = new Date().toISOString();
  const page = backtestPage(document, { generatedAt, version: readVersion() });
  await replaceFile(path, (beside) => writeFile(beside, page));
}
