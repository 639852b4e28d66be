import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import { compileSources } from '../../support/compiled-program.js';

/** Puts one file of random content after the other and prints each reference it was given. */
const PROGRAM = `
import { randomBytes } from 'node:crypto';
import { createLocalArtifactStore } from './storage/artifacts/local-store.js';
const store = createLocalArtifactStore(process.argv[2]);
const bytes = Number(process.argv[3]);
for (;;) {
  try {
    const ref = await store.putBytes(randomBytes(bytes), 'application/octet-stream');
    process.stdout.write(JSON.stringify(ref) + '\\n');
  } catch (error) {
    process.stdout.write(JSON.stringify({ type: error.type, message: error.message, hint: error.hint }) + '\\n');
    process.exit(0);
  }
}
`;

let compiled = '';
let directory = '';

beforeAll(async () => {
  ({ directory: compiled } = await compileSources(['storage/artifacts/local-store.ts']));
  directory = await mkdtemp(join(tmpdir(), 'millrace-crash-'));
  await writeFile(join(compiled, 'put.mjs'), PROGRAM);
});
afterAll(async () => {
  await rm(compiled, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout !== null) yield* createInterface({ input: child.stdout });
}

async function storedFiles(root: string): Promise<readonly string[]> {
  const files = await readdir(join(root, 'sha256'), { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}

it('leaves no cut file under its final name, and loses none that was acknowledged', async () => {
  const root = join(directory, 'killed');
  const acknowledged: string[] = [];
  const shards = Array.from({ length: 256 }, (_, i) =>
    join(root, 'sha256', i.toString(16).padStart(2, '0')),
  );
  for (const shard of shards) await mkdir(shard, { recursive: true });
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, [join(compiled, 'put.mjs'), root, '3000000']);
    // Every other round it dies the moment a final name appears: what writes there is caught at it.
    const watchers =
      round % 2 ? shards.map((shard) => watch(shard, () => child.kill('SIGKILL'))) : [];
    let seen = 0;
    for await (const line of linesOf(child)) {
      acknowledged.push(line);
      seen += 1;
      // Right after an acknowledgement the next put is under way, a little further each round.
      if (seen === 1 + (round % 3)) setTimeout(() => child.kill('SIGKILL'), round * 3);
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    for (const watcher of watchers) watcher.close();
    expect(child.signalCode).toBe('SIGKILL');
  }
  for (const path of await storedFiles(root)) {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    expect(path.endsWith(digest)).toBe(true);
  }
  const store = createLocalArtifactStore(root);
  for (const line of acknowledged) await store.localPath(JSON.parse(line));
  await store.putBytes(Buffer.from('x'), 'text/plain');
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

it('fails with a clear error and leaves nothing when the disk takes no more', async () => {
  const root = join(directory, 'full');
  // A limit on the size of files fails writes in the middle, as a full disk does.
  const child = spawn('/bin/sh', [
    '-c',
    `trap '' XFSZ; ulimit -f 100; exec "$0" "$1" "$2" 3000000`,
    process.execPath,
    join(compiled, 'put.mjs'),
    root,
  ]);
  const lines: string[] = [];
  for await (const line of linesOf(child)) lines.push(line);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      type: 'Internal',
      message: expect.stringContaining(`cannot write to the artifact store ${root}: EFBIG`),
      hint: 'free space on that disk',
    },
  ]);
  expect(await readdir(root)).toEqual(['incoming']);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});
