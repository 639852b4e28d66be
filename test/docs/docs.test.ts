import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../pipelines/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { millrace } from '../cli/millrace.js';
import { namedCommands } from './commands.js';
import { anchors, fences, pages, prose } from './documents.js';

const root = packageRoot();
const all = pages();
const pipelines = all.flatMap((page) =>
  fences(page)
    .filter(({ language, mark }) => language === 'yaml' && mark === 'pipeline')
    .map(({ line, text }) => ({ at: `${page.path}:${line}`, text })),
);
const commands = all.flatMap(namedCommands);

const helps = new Map<string, Promise<string>>();
/** What `--help` says of a command, asked once; empty where there is no such command. */
function helpOf(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const known = helps.get(key) ?? ask(words);
  helps.set(key, known);
  return known;
}

async function ask(words: readonly string[]): Promise<string> {
  const { code, stdout } = await millrace([...words, '--help'], { cwd: root });
  return code === 0 ? stdout : '';
}

/** The help of the command that the words name; those after it are its arguments. */
async function helpFor([command, next]: readonly string[]): Promise<string> {
  if (command === undefined) return helpOf([]);
  const help = await helpOf([command]);
  const subcommands = help.split('\nCommands:\n')[1];
  if (subcommands === undefined || next === undefined) return help;
  if (RegExp(`^  ${next} `, 'm').test(subcommands)) return helpOf([command, next]);
  // `millrace monitor coffee` and `millrace incidents coffee` take a name as well as a command,
  // `millrace models coffee` does not.
  return /^Usage: .*(<.*>|\[name\])$/m.test(help) ? help : '';
}

test('the pages show whole pipelines and commands to be held to', () => {
  expect(pipelines.length).toBeGreaterThanOrEqual(4);
  expect(commands.length).toBeGreaterThan(60);
});

describe('a pipeline that a page shows compiles', () => {
  test.each(pipelines)('$at', ({ at, text }) => {
    const compiled = compilePipeline(text, { file: at, baseDirectory: root });
    expect(compiled.ok ? [] : compiled.errors).toEqual([]);
  });
});

describe('a command that a page names exists with its options', () => {
  const distinct = new Map(
    commands.map((command) => [`${command.page}: ${command.written}`, command]),
  );
  test.each([...distinct])('%s', async (_, { words, options }) => {
    const help = await helpFor(words);
    expect(help, 'no such command').not.toBe('');
    for (const option of options) {
      expect(help).toMatch(RegExp(`(^|[\\s,])${option}([\\s,]|$)`, 'm'));
    }
  });
});

test('links lead to files and headings that exist', () => {
  const broken: string[] = [];
  for (const page of all) {
    for (const [, target = ''] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const path =
        file === '' ? page.path : relative(root, resolve(root, dirname(page.path), file));
      const linked = all.find((candidate) => candidate.path === path);
      const exists = existsSync(join(root, path));
      if (!exists || (anchor !== undefined && !(linked && anchors(linked).has(anchor)))) {
        broken.push(`${page.path}: ${target}`);
      }
    }
  }
  expect(broken).toEqual([]);
});
