import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHome } from '../../../storage/home/create-home.js';
import { findHome } from '../../../storage/home/find-home.js';
import { homeLayout } from '../../../storage/home/layout.js';

let directory = '';

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'millrace home-')));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('findHome', () => {
  it('finds the nearest directory upward', async () => {
    const cwd = join(directory, 'a', 'b', 'c');
    await mkdir(cwd, { recursive: true });
    await mkdir(join(directory, '.millrace'));
    expect(await findHome({ cwd, env: {} })).toEqual({
      layout: homeLayout(join(directory, '.millrace')),
      found: true,
    });
    await mkdir(join(directory, 'a', '.millrace'));
    expect((await findHome({ cwd, env: {} })).layout.root).toBe(join(directory, 'a', '.millrace'));
  });

  it('says where it would be made', async () => {
    const cwd = join(directory, 'a');
    await mkdir(cwd);
    expect(await findHome({ cwd, env: { MILLRACE_HOME: '' } })).toEqual({
      layout: homeLayout(join(cwd, '.millrace')),
      found: false,
    });
  });

  it('goes by MILLRACE_HOME, relative to the working directory', async () => {
    await mkdir(join(directory, '.millrace'));
    const env = { MILLRACE_HOME: 'state' };
    const home = await findHome({ cwd: directory, env });
    expect(home).toEqual({ layout: homeLayout(join(directory, 'state')), found: false });
    await createHome(home.layout.root);
    expect((await findHome({ cwd: directory, env })).found).toBe(true);
  });

  it('refuses a file in its place', async () => {
    await writeFile(join(directory, '.millrace'), '');
    await expect(findHome({ cwd: directory, env: {} })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`${join(directory, '.millrace')} is not a directory`),
    });
    const env = { MILLRACE_HOME: join(directory, '.millrace', 'below') };
    await expect(findHome({ cwd: directory, env })).rejects.toMatchObject({
      type: 'InvalidInput',
      hint: expect.stringContaining('MILLRACE_HOME'),
    });
  });
});

describe('createHome', () => {
  it('makes everything for the user alone, out of the repository', async () => {
    const root = join(directory, '.millrace');
    const layout = await createHome(root);
    for (const path of [root, layout.artifactsDir, layout.logsDir, layout.runtimeDir]) {
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('leaves alone what is there', async () => {
    const root = join(directory, '.millrace');
    await createHome(root);
    await writeFile(join(root, '.gitignore'), 'mine');
    await writeFile(join(root, 'registry.db'), 'data');
    await createHome(root);
    expect(await readFile(join(root, '.gitignore'), 'utf8')).toBe('mine');
    expect(await readFile(join(root, 'registry.db'), 'utf8')).toBe('data');
  });

  it('refuses a file in the way', async () => {
    await mkdir(join(directory, '.millrace'));
    await writeFile(join(directory, '.millrace', 'artifacts'), '');
    await expect(createHome(join(directory, '.millrace'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('artifacts is not a directory'),
    });
  });

  it('refuses a directory it may not write', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'the tests run as root, who may write everywhere');
    await chmod(directory, 0o500);
    await expect(createHome(join(directory, '.millrace'))).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('is not writable'),
    });
    await chmod(directory, 0o700);
  });
});
