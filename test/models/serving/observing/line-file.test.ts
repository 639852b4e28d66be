import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LineFile } from '../../../../models/serving/observing/line-file.js';

test('lines go to the file of that name, also after it was rotated or removed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-lines-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'access.log');
  const lines = new LineFile(path, 0);
  onTestFinished(() => lines.close());
  await lines.append('one\n');
  await lines.append('two\n');
  await rename(path, `${path}.1`);
  await lines.append('three\n');
  expect(await readFile(`${path}.1`, 'utf8')).toBe('one\ntwo\n');
  expect(await readFile(path, 'utf8')).toBe('three\n');
  await rm(path);
  await lines.append('four\n');
  expect(await readFile(path, 'utf8')).toBe('four\n');
  expect(await readdir(directory)).toEqual(['access.log', 'access.log.1']);
});
