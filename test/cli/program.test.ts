import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../cli/catalogue.js';
import { document, MAIN, millrace } from './millrace.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const call = (...args: string[]) => millrace(args, { cwd });

describe('help', () => {
  test('lists every command and loads none', async () => {
    const { code, stdout } = await call('--help');
    expect(code).toBe(0);
    for (const { commands } of CATALOGUE) {
      for (const { name, summary } of commands)
        expect(stdout).toMatch(RegExp(`${name} +${summary}`));
    }
  });

  test.each(CATALOGUE.flatMap(({ commands }) => commands.map(({ name }) => name)))(
    'of %s',
    async (name) => {
      const { code, stdout, stderr } = await call(name, '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: millrace ${name}`);
    },
  );

  test('no command at all is wrong usage and shows them on stderr', async () => {
    const { code, stdout, stderr } = await call();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: millrace');
  });
});

describe('wrong usage ends with 2 and names the nearest', () => {
  test.each([
    [['vlidate', 'x.yaml'], 'Did you mean validate?'],
    [['validate', '--jsn', 'x.yaml'], 'Did you mean --json?'],
    [['run'], "missing required argument 'file'"],
    [['runs', 'extra'], 'too many arguments'],
    [['models', 'histry', 'bikes'], 'did you mean history?'],
    [['runs', '--limit', 'many'], 'whole number from 1'],
    [['run', 'x.yaml', '--param', 'trees'], 'name=value'],
    [['run', 'x.yaml', '--as-of', 'monday'], '2011-07-01'],
    [['run', 'x.yaml', '--override-gate', 'evaluate'], '--reason'],
    [['logs', 'x', '--follow', '--json'], 'one document'],
    [['pause', 'x', '--reason', ' '], '1 to 2,000 characters'],
    [['cancel', 'x', '--reason', 'x'.repeat(2_001)], '1 to 2,000 characters'],
  ])('millrace %j', async (args, words) => {
    const { code, stderr } = await call(...args);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });

  test('as a document with --json', async () => {
    const ended = await call('vlidate', '--json');
    expect(document(ended)).toEqual({
      error: {
        type: 'Usage',
        message: "unknown command 'vlidate'",
        hint: 'Did you mean validate?',
      },
    });
  });
});

describe('without a state directory', () => {
  test('lists are empty and nothing is created', async () => {
    expect(document(await call('runs', '--json'))).toEqual({ runs: [] });
    expect(document(await call('models', '--json'))).toEqual({ models: [] });
    expect((await call('runs')).stdout).toContain('millrace run FILE');
    expect((await call('show', 'latest')).code).toBe(65);
  });

  test('a file in the place of the state directory is named', async () => {
    const file = join(cwd, 'in-the-way');
    await writeFile(file, '');
    const ended = await millrace(['runs'], { cwd, env: { MILLRACE_HOME: file } });
    expect(ended.code).toBe(65);
    expect(ended.stderr).toContain(file);
  });

  test('a registry that is no database is named, and there is no stack trace', async () => {
    const home = join(cwd, 'broken-home');
    await mkdir(home);
    await writeFile(join(home, 'registry.db'), 'not a database, by far not one');
    const ended = await millrace(['runs', '--json'], { cwd, env: { MILLRACE_HOME: home } });
    expect(ended.code).toBe(69);
    expect(document(ended)).toMatchObject({ error: { type: 'RegistryUnavailable' } });
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });
});

describe('streams', () => {
  test('colour only where it is asked for', async () => {
    const colourStart = '\u001b[';
    expect((await call('vlidate')).stderr).not.toContain(colourStart);
    const forced = await millrace(['vlidate'], { cwd, env: { FORCE_COLOR: '1' } });
    expect(forced.stderr).toContain(colourStart);
    const both = await millrace(['vlidate'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(both.stderr).not.toContain(colourStart);
  });

  test('a reader that goes away is no error', async () => {
    const child = spawn(process.execPath, [MAIN, 'schema'], { cwd });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('--verbose adds the stack trace', async () => {
    const ended = await call('show', 'ffff', '--verbose');
    expect(ended.stderr).toMatch(/^ +at /m);
  });
});
