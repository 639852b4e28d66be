import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FeatureUse } from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import { compileFeatures } from '../../pipelines/features/compile-features.js';

const directory = mkdtempSync(join(tmpdir(), 'millrace-features-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FILE = `apiVersion: millrace/v1
features:
  riders:
    owner: growth@example.org
    description: What a rider did lately.
    tags: [riders]
    entity: rider_id
    timestamp: known_at
    source: data/riders/*.parquet
    ttl: 30d
    features:
      trips: { type: integer, description: Trips of the last week }
      home: string
`;

function viewOf(text: string) {
  const compiled = compileFeatures(text, 'features.yaml');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
  const [view] = compiled.views;
  if (view === undefined) throw new Error('no view');
  return view;
}

/** The only thing that is wrong, as `line:column message`. */
function errorOf(text: string): string {
  const compiled = compileFeatures(text, 'features.yaml');
  if (compiled.ok) return 'nothing is wrong';
  return compiled.errors
    .map(({ line, column, message, hint }) => `${line}:${column} ${message} (${hint ?? ''})`)
    .join('; ');
}

describe('a file of features', () => {
  it('gives each view its source, its features with their types, and who answers for it', () => {
    expect(viewOf(FILE)).toEqual({
      name: 'riders',
      owner: 'growth@example.org',
      description: 'What a rider did lately.',
      tags: ['riders'],
      entity: ['rider_id'],
      timestamp: 'known_at',
      source: { sql: null, files: [{ name: 'rows', path: 'data/riders/*.parquet' }] },
      columns: [
        { name: 'home', kind: 'string' },
        { name: 'trips', kind: 'integer' },
      ],
      columnDescriptions: { trips: 'Trips of the last week' },
      ttlMs: 30 * 86_400_000,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has one hash for what gives the same values, whoever answers for it', () => {
    const { hash } = viewOf(FILE);
    const said = FILE.replace('growth@', 'fleet@')
      .replace('lately', 'of late')
      .replace('[riders]', '[x]');
    expect(viewOf(said.replace('riders:\n    owner', 'cyclists:\n    owner')).hash).toBe(hash);
    const changes = [
      ['30d', '31d'],
      ['riders/*', 'rider/*'],
      ['rider_id', 'rider'],
      ['known_at', 'at'],
      ['home: string', 'home: boolean'],
    ] as const;
    const hashes = changes.map(([from, to]) => viewOf(FILE.replace(from, to)).hash);
    expect(new Set([hash, ...hashes]).size).toBe(changes.length + 1);
  });

  it.each([
    ['an unknown key', ['owner:', 'ownr:'], /4:5 unknown key ownr \(did you mean owner\?\)/],
    ['a view without an owner', ['    owner: growth@example.org\n', ''], /3:3 owner is missing/],
    [
      'a type that there is not',
      ['home: string', 'home: text'],
      /13:13 .*text.* is not a type of a feature/,
    ],
    ['a duration that is none', ['30d', 'thirty days'], /10:10 not a duration/],
    [
      'a key that is a feature too',
      ['home: string', 'rider_id: string'],
      /13:7 rider_id is the key of the entity, so it is no feature/,
    ],
    [
      'a time that is the key',
      ['timestamp: known_at', 'timestamp: rider_id'],
      /8:16 rider_id is the key of the entity, so it cannot be the time/,
    ],
    [
      'a query without files',
      ['data/riders/*.parquet', '{sql: SELECT 1}'],
      /9:19 the query has no files to read/,
    ],
    ['a name that is none', ['  riders:', '  "My Riders":'], /3:3 not a feature view name/],
    ['another version of the language', ['millrace/v1', 'millrace/v9'], /1:13 unknown version/],
  ] as readonly (readonly [string, readonly [string, string], RegExp])[])(
    'refuses %s, with its place',
    (_, [from, to], message) => {
      expect(errorOf(FILE.replace(from, to))).toMatch(message);
    },
  );
});

describe('a pipeline that uses features', () => {
  const compile = (views: string, from = 'shared/features.yaml', more = '') =>
    compilePipeline(
      `apiVersion: millrace/v1
name: rides
steps:
  ingest: {uses: ingest, with: {source: rides.parquet, time: at}}
  join:
    uses: features
    with:
      data: \${steps.ingest.data}
      from: ${from}
      views: ${views}
${more}`,
      { file: 'rides.yaml', baseDirectory: directory },
    );
  const usesOf = (views: string) => {
    const compiled = compile(views);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
    const step = compiled.plan.steps.find(({ id }) => id === 'join');
    return step?.with['features'] as unknown as readonly FeatureUse[];
  };
  const errorsOf = (...args: Parameters<typeof compile>) => {
    const compiled = compile(...args);
    return compiled.ok
      ? []
      : compiled.errors.map(
          ({ file, line, column, message, hint }) =>
            `${file}:${line}:${column} ${message}${hint ? ` (${hint})` : ''}`,
        );
  };

  it('is frozen with their definitions, whose paths lead from the pipeline', () => {
    writeFeatures(FILE);
    const [use] = usesOf('[riders]');
    expect(use?.columns).toEqual(['home', 'trips']);
    expect(use?.definition.hash).toBe(viewOf(FILE).hash);
    expect(use?.definition.source.files).toEqual([
      { name: 'rows', path: 'shared/data/riders/*.parquet' },
    ]);
    expect(use?.definition).not.toHaveProperty('owner');
  });

  it('has another plan when a definition changes, and the same when its owner does', () => {
    const hashOf = (text: string) => {
      writeFeatures(text);
      const compiled = compile('[riders]');
      return compiled.ok ? compiled.planHash : '';
    };
    const hash = hashOf(FILE);
    expect(hashOf(FILE.replace('growth@', 'fleet@'))).toBe(hash);
    expect(hashOf(FILE.replace('30d', '31d'))).not.toBe(hash);
  });

  it('takes single features by view and name', () => {
    writeFeatures(FILE);
    expect(usesOf('[riders:trips]').map(({ columns }) => columns)).toEqual([['trips']]);
    expect(usesOf('["riders:trips", "riders:home"]').map(({ columns }) => columns)).toEqual([
      ['home', 'trips'],
    ]);
  });

  it('names views, features and files that there are not, with their place', () => {
    writeFeatures(FILE);
    expect(errorsOf('[ridrs]')).toEqual([
      'rides.yaml:10:15 there is no feature view ridrs (did you mean riders?)',
    ]);
    expect(errorsOf('["riders:tips"]')).toEqual([
      'rides.yaml:10:15 riders has no feature tips (did you mean trips?)',
    ]);
    expect(errorsOf('[riders]', 'nothing.yaml')).toEqual([
      'rides.yaml:9:13 nothing.yaml: there is no file nothing.yaml (check the path)',
    ]);
    expect(errorsOf('[riders]', '"${params.file}"')[0]).toContain(
      'the file of features is read when the pipeline is compiled',
    );
  });

  it('says what is wrong in the file of features, with its own place', () => {
    writeFeatures(FILE.replace('home: string', 'home: text'));
    expect(errorsOf('[riders]')).toEqual([expect.stringMatching(/^shared\/features\.yaml:13:13 /)]);
  });

  it('resolves them in the steps that follow the end of a run too', () => {
    writeFeatures(FILE);
    const ending = (views: string) =>
      `onSuccess: [{uses: materialize, with: {from: shared/features.yaml, views: ${views}}}]`;
    const compiled = compile('[riders]', undefined, ending('[riders]'));
    const [hook] = compiled.ok ? (compiled.plan.onSuccess ?? []) : [];
    expect(hook?.with['features']).toEqual(usesOf('[riders]'));
    expect(errorsOf('[riders]', undefined, ending('[ridrs]'))).toEqual([
      expect.stringMatching(/^rides\.yaml:11:\d+ there is no feature view ridrs/),
    ]);
  });

  it('refuses two views that give one column', () => {
    const copy = FILE.slice(FILE.indexOf('  riders:')).replace('riders:', 'copies:');
    writeFeatures(FILE + copy);
    expect(errorsOf('[riders, copies]')[0]).toContain('both riders and copies give home');
  });
});

function writeFeatures(text: string): void {
  mkdirSync(join(directory, 'shared'), { recursive: true });
  writeFileSync(join(directory, 'shared', 'features.yaml'), text);
}
