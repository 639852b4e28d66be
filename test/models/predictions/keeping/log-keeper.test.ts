import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { LogKeeper } from '../../../../models/predictions/keeping/log-keeper.js';
import { compileSources } from '../../../support/compiled-program.js';
import { temporaryDirectory } from '../log-fixture.js';

const DAY_MS = 86_400_000;

test('the log is tidied again and again, by what is kept at that moment', async () => {
  const { directory: code, remove } = await compileSources([
    'models/predictions/keeping/keep-main.ts',
  ]);
  onTestFinished(remove);
  const directory = await temporaryDirectory();
  const segments = join(directory, 'rides', 'gateway-a');
  await mkdir(segments, { recursive: true });
  const write = async (name: string, ageMs: number) => {
    await writeFile(join(segments, name), '');
    const at = new Date(Date.now() - ageMs);
    await utimes(join(segments, name), at, at);
  };
  await write('labels-old.ndjson', 3 * DAY_MS);
  await write('labels-older.ndjson', 9 * DAY_MS);
  let keepMs = 5 * DAY_MS;
  const keeper = new LogKeeper({
    program: join(code, 'models/predictions/keeping/keep-main.js'),
    directory,
    keep: () => ({ rides: { keepMs }, boundless: {} }),
    logger: pino({ level: 'silent' }),
    intervalMs: 20,
  });
  keeper.start();
  onTestFinished(() => keeper.stop());
  const left = () => readdir(segments);
  await expect.poll(left, { timeout: 20_000 }).toEqual(['labels-old.ndjson']);
  keepMs = DAY_MS;
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
});
