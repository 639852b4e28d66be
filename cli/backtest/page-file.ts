import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BacktestDocument } from '../../contracts/index.js';
import { backtestPage, STANDALONE_PICTURES } from '../../monitoring/report/backtest-page/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import { readVersion } from '../version.js';

/** Writes the page of a backtest: beside its place, then renamed, so that it is never half there. */
export async function writeBacktestPage(path: string, document: BacktestDocument): Promise<void> {
  const generatedAt = new Date().toISOString();
  const page = backtestPage(document, { generatedAt, version: readVersion() });
  await replaceFile(path, (beside) => writeFile(beside, page));
}

/** Writes the page's pictures into a directory, a file each: `error.svg`, `regret.svg`, `cost.svg`. */
export async function writeBacktestPictures(
  directory: string,
  document: BacktestDocument,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, picture] of Object.entries(STANDALONE_PICTURES)) {
    const text = picture(document);
    await replaceFile(join(directory, `${name}.svg`), (beside) => writeFile(beside, text));
  }
}
