import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { firstNdjsonDefect } from '../../../storage/tabular/ndjson-defect.js';

async function written(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-ndjson-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'rows.ndjson');
  await writeFile(path, text);
  return path;
}

/** How often this process has the file open. */
async function timesOpen(path: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd');
  const files = descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''));
  return (await Promise.all(files)).filter((file) => file === path).length;
}

describe('the first defect of an NDJSON file', () => {
  it('is told with its line', async () => {
    const path = await written('{"a": 1}\n\n[1]\n{"a": 2}\n');
    expect((await firstNdjsonDefect(path))?.message).toBe(
      `${path}:3: not a JSON object: it is a list`,
    );
  });

  it('is none where every line is an object', async () => {
    expect(await firstNdjsonDefect(await written('{"a": 1}\n{"a": 2}\n'))).toBeNull();
  });

  it.skipIf(process.platform !== 'linux')('leaves no file open', async () => {
    // Longer than what is read at once.
    const path = await written(`[1]\n${'{"a": 1}\n'.repeat(100_000)}`);
    for (let time = 0; time < 3; time += 1) await firstNdjsonDefect(path);
    await expect.poll(() => timesOpen(path)).toBe(0);
  });
});
