import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { compileSources } from '../../support/compiled-program.js';
import { temporaryDirectory } from './log-fixture.js';

/** Appends five times, and says what came of each. */
const WRITER = `
import { SegmentAppender } from './models/predictions/segment-appender.js';
import { newRequestUuid } from './models/predictions/prediction-id.js';
const appender = new SegmentAppender({
  directory: process.argv.at(-1), kind: 'predictions', segmentBytes: 1e6, fsyncIntervalMs: 10,
  onFsyncError: () => undefined,
});
const said = [];
for (let line = 0; line < 5; line += 1) {
  said.push(await appender.append('{}\\n', newRequestUuid()).then(() => 'kept', (error) => error.message));
}
await appender.close();
process.stdout.write(JSON.stringify(said));
`;

test('where nothing can be written, requests that are refused leave no files behind', async () => {
  const { directory, remove } = await compileSources([
    'models/predictions/segment-appender.ts',
    'models/predictions/prediction-id.ts',
  ]);
  onTestFinished(remove);
  const log = join(await temporaryDirectory(), 'model', 'gateway');
  const writer = spawn(
    '/bin/sh',
    // Files can be made, and no byte written to one.
    [
      '-c',
      'ulimit -f 0; exec "$0" "$@"',
      process.execPath,
      '--input-type=module',
      '-e',
      WRITER,
      log,
    ],
    { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  expect(await json(writer.stdout)).toEqual(
    Array.from({ length: 5 }, () => expect.stringContaining('cannot be written: EFBIG')),
  );
  expect(await readdir(log)).toEqual([]);
});
