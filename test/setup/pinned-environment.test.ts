import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locateEnvironment } from '../../setup/pinned-environment.mjs';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../setup/pinned-environment.mjs')).href;

let directory: string;
let file: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-environment-'));
  file = join(directory, 'requirements.txt');
  env = { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') };
  writeFileSync(file, '# nothing\n');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const environments = () =>
  readdirSync(join(directory, 'cache', 'millrace', 'environments')).filter(
    (name) => !name.includes('.'),
  );

/** Asks in a process of its own. @returns what it was given, and what was noted on the way */
async function asked(): Promise<{ python: string; notes: string[] }> {
  const source = `import { pythonEnvironment } from ${JSON.stringify(MODULE)};
    const notes = [];
    const python = await pythonEnvironment(${JSON.stringify(file)}, { note: (text) => notes.push(text) });
    console.log(JSON.stringify({ python, notes }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.on('data', (chunk) => lines.push(String(chunk)));
  await once(child, 'close');
  return JSON.parse(lines.join(''));
}

test('processes that ask at once share the one environment that the first of them builds', async () => {
  expect(locateEnvironment(file, env)).toBeNull();
  const answers = await Promise.all([asked(), asked(), asked()]);
  const python = answers[0]?.python ?? '';
  expect(existsSync(python)).toBe(true);
  expect(answers.map((answer) => answer.python)).toEqual([python, python, python]);
  expect(
    answers.flatMap(({ notes }) => notes.filter((n) => n.includes('installing the packages'))),
  ).toHaveLength(1);
  expect(environments()).toHaveLength(1);

  // Another content is another environment.
  expect(locateEnvironment(file, env)).toBe(python);
  writeFileSync(file, '# nothing else\n');
  expect(locateEnvironment(file, env)).toBeNull();
}, 240_000);
