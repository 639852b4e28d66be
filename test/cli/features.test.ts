import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { document, millrace } from './millrace.js';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-cli-features-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const FILE = `apiVersion: millrace/v1
features:
  riders:
    owner: growth@example.org
    description: What a rider did lately.
    tags: [daily]
    entity: rider_id
    timestamp: known_at
    source: riders.csv
    features: {trips: {type: integer, description: Trips of the week}, home: string}
  weather: {owner: sky@example.org, entity: city, timestamp: day, source: weather.csv, features: {rain: number}}
`;

beforeAll(async () => {
  await mkdir(join(cwd, '.millrace'));
  await writeFile(join(cwd, 'features.yaml'), FILE);
  await writeFile(
    join(cwd, 'riders.csv'),
    'rider_id,known_at,trips,home\n1,2024-01-01,3,north\n1,2024-02-01,9,south\n2,2024-01-05,4,\n',
  );
});

const features = (...args: readonly string[]) => millrace(['features', ...args], { cwd });

interface Listed {
  readonly features: readonly { readonly name: string; readonly online: object | null }[];
}

describe('millrace features', () => {
  it('lists views, and finds them by words of any part', async () => {
    const names = async (...args: readonly string[]) =>
      document<Listed>(await features(...args, '--json')).features.map(({ name }) => name);
    expect(await names('list')).toEqual(['riders', 'weather']);
    expect(await names('search', 'WEEK')).toEqual(['riders']);
    expect(await names('search', 'sky@')).toEqual(['weather']);
    expect(await names('search', 'nothing of it')).toEqual([]);
  });

  it('materialises until a time, says how far that is, and looks an entity up', async () => {
    const before = document<Listed>(await features('list', '--json'));
    expect(before.features.map(({ online }) => online)).toEqual([null, null]);
    const made = await features('materialize', 'riders', '--until', '2024-01-31', '--json');
    expect(document(made)).toMatchObject({
      until: '2024-01-31T00:00:00Z',
      views: [{ name: 'riders', heldFor: null, entities: 2, written: 2, removed: 0 }],
    });
    expect(document(await features('show', 'riders', '--json'))).toMatchObject({
      features: [{ name: 'home' }, { name: 'trips', description: 'Trips of the week' }],
      online: { until: '2024-01-31T00:00:00Z', entities: 2 },
      usedBy: [],
    });
    expect(document(await features('lookup', 'riders', 'rider_id=1', '--json'))).toMatchObject({
      at: '2024-01-01T00:00:00Z',
      values: { home: 'north', trips: 3 },
    });
  });

  it('does not say that nothing is online where the store does not answer', async () => {
    const env = { MILLRACE_ONLINE_STORE: 'redis://127.0.0.1:1/0' };
    const shown = await millrace(['features', 'show', 'riders'], { cwd, env });
    expect(shown.stdout).toContain('not known: the online store redis://127.0.0.1:1/0 does not');
    expect(shown.stdout).not.toContain('nothing yet');
    const listed = await millrace(['features', 'list', '--json'], { cwd, env });
    expect(listed.stderr).toContain('how far views are online is not known');
    expect(document(listed)).toMatchObject({ features: [{ online: null }, { online: null }] });
  });

  it('ends with 65 and the nearest name, or with the place of what is wrong', async () => {
    expect(await features('show', 'rider')).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('did you mean riders?'),
    });
    expect(await features('lookup', 'riders', 'rider_id=77')).toMatchObject({ code: 65 });
    await writeFile(join(cwd, 'bad.yaml'), FILE.replace('home: string', 'home: text'));
    expect(await features('list', '--file', 'bad.yaml')).toMatchObject({
      code: 65,
      stdout: '',
      stderr: expect.stringContaining('bad.yaml:10:'),
    });
    expect(await features('materialize', 'weather')).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('feature view weather: no file at'),
    });
  });

  it('ends with 2 where it is not told what to do', async () => {
    expect(await features('materialize')).toMatchObject({ code: 2 });
    expect(await features('lookup', 'riders', 'city=ulm')).toMatchObject({ code: 2 });
    expect(await features('skew', 'bikes', '--tolerance', 'much')).toMatchObject({ code: 2 });
  });
});
