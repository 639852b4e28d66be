import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { maskingKey } from '../../../models/predictions/masking-key.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-key-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
});

describe('the key of the hashes in the prediction log', () => {
  it('is made once, also by several who ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => maskingKey(root)));
    expect(keys[0]).toHaveLength(32);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await maskingKey(root)).toEqual(keys[0]);
    expect(await readdir(root)).toEqual(['masking-key']);
  });

  it('may be one that was copied from elsewhere', async () => {
    await writeFile(join(root, 'masking-key'), `${'0f'.repeat(16)}\n`);
    expect(await maskingKey(root)).toEqual(Buffer.from('0f'.repeat(16), 'hex'));
  });

  it.each(['', '\n', 'not hex', 'abc', '00ff'])('is never what %j says', async (text) => {
    await writeFile(join(root, 'masking-key'), text);
    await expect(maskingKey(root)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('masking-key is no key'),
    });
  });
});
