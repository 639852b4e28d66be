import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCodeState, withoutCredentials } from '../../../activities/control/code-state.js';

let root: string;
let pipeline: string;

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return execFileSync('git', [...who, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-code-'));
  pipeline = join(root, 'demand');
  mkdirSync(pipeline);
  writeFileSync(join(pipeline, 'pipeline.yaml'), 'name: demand\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the code that a run begins with', () => {
  it('is unknown outside a repository and before the first commit', async () => {
    expect(await readCodeState(pipeline)).toBeNull();
    git('init', '--quiet');
    expect(await readCodeState(pipeline)).toBeNull();
    expect(await readCodeState(join(root, 'gone'))).toBeNull();
  });

  it('is a commit, the place in the repository, and whether there is more', async () => {
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    const commit = git('rev-parse', 'HEAD');
    const clean = { commit, dirty: false, path: 'demand/', repository: null };
    expect(await readCodeState(pipeline)).toEqual(clean);

    git('remote', 'add', 'origin', 'https://ada:secret@example.org/demand.git?token=secret');
    const repository = 'https://example.org/demand.git';
    expect(await readCodeState(pipeline)).toEqual({ ...clean, repository });

    writeFileSync(join(root, 'notes.txt'), 'beside the pipeline');
    mkdirSync(join(pipeline, '.millrace'));
    writeFileSync(join(pipeline, '.millrace', '.gitignore'), '*\n');
    writeFileSync(join(pipeline, '.millrace', 'registry.db'), 'ignored');
    expect((await readCodeState(pipeline))?.dirty).toBe(false);
    writeFileSync(join(pipeline, 'step.py'), 'print()');
    expect((await readCodeState(pipeline))?.dirty).toBe(true);
    rmSync(join(pipeline, 'step.py'));
    writeFileSync(join(pipeline, 'pipeline.yaml'), 'name: changed\n');
    expect((await readCodeState(pipeline))?.dirty).toBe(true);
  });
});

describe('the address of a repository', () => {
  it.each([
    ['https://ada:secret@example.org/a/b.git', 'https://example.org/a/b.git'],
    ['https://token@example.org:8443/a.git#x', 'https://example.org:8443/a.git'],
    ['ssh://git@example.org/a.git', 'ssh://example.org/a.git'],
    ['git@example.org:team/a.git', 'git@example.org:team/a.git'],
    ['/srv/git/a.git', null],
    ['file:///srv/git/a.git', null],
    ['', null],
  ])('%s is shown as %s', (address, shown) => {
    expect(withoutCredentials(address)).toBe(shown);
  });
});
