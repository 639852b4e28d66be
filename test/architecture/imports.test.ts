import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OUTSIDE, ROOMS } from './rooms.js';

const ROOT = resolve(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', 'dist', 'test', 'docs', 'templates', 'examples']);

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|mjs)$/.test(entry.name) && !entry.name.startsWith('vitest') ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(import|export)(\s+type)?\s[^;'"]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map(([, , type, fixed, dynamic]) => ({
    file: relative(ROOT, file),
    target: relative(ROOT, resolve(dirname(file), fixed ?? dynamic ?? '')),
    typeOnly: type !== undefined,
  }));
}

/** The most specific room that holds a path. */
function roomOf(path: string): string | null {
  const holding = ROOMS.filter(({ room }) => path.startsWith(`${room}/`));
  return holding.sort((a, b) => b.room.length - a.room.length)[0]?.room ?? null;
}

const files = sources(ROOT);
const imports = files.flatMap(importsOf);

describe('the rooms', () => {
  it('hold every source file', () => {
    const homeless = files
      .map((file) => relative(ROOT, file))
      .filter((file) => roomOf(file) === null && !OUTSIDE.some((path) => file.startsWith(path)));
    expect(homeless).toEqual([]);
  });

  it('import only what the table allows', () => {
    const forbidden = imports.filter(({ file, target, typeOnly }) => {
      const rule = ROOMS.find(({ room }) => room === roomOf(file));
      const room = roomOf(target);
      if (rule === undefined || room === rule.room) return false;
      const allowed = room !== null && rule.may.includes(room);
      const allowedType = room !== null && typeOnly && (rule.typeOnly ?? []).includes(room);
      return !allowed && !allowedType;
    });
    expect(forbidden.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('keep the write port of the registry from the command line', () => {
    const offenders = files.filter(
      (file) =>
        relative(ROOT, file).startsWith('cli/') &&
        readFileSync(file, 'utf8').includes('openRegistryWriter'),
    );
    expect(offenders).toEqual([]);
  });

  it('import one another without a cycle between files', () => {
    const graph = new Map<string, string[]>();
    for (const { file, target, typeOnly } of imports) {
      if (typeOnly) continue;
      const source = target.replace(/\.js$/, '.ts');
      graph.set(file, [...(graph.get(file) ?? []), source]);
    }
    expect(cyclesOf(graph)).toEqual([]);
  });
});

function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (node: string, path: readonly string[]): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      cycles.push([...path.slice(path.indexOf(node)), node].join(' → '));
      return;
    }
    state.set(node, 'open');
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    state.set(node, 'done');
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}
