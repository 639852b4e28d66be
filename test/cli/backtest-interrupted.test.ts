import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BacktestDocument } from '../../contracts/index.js';
import { livingMembers } from '../../processes/process-identity.js';
import { dailyPipeline, hasPython, hourly } from '../backtest/backtest-world.js';
import { document, MAIN, millrace } from './millrace.js';

/** Of a training: tells its process group, and stays until it is ended where it is told to. */
const HOLDING = `
[ -f stubborn ] && trap 'touch asked' TERM
echo $$ > group.tmp && mv group.tmp group
while [ -f hold ]; do sleep 600 & wait; done
echo '{}' > "$MILLRACE_OUTPUTS_JSON"
`;

let cwd = '';
let cache = '';
let spool = '';
const path = (name: string) => join(cwd, name);

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'millrace-backtest-interrupted-'));
  cache = path('cache');
  spool = path('spool');
  await mkdir(spool);
  await writeFile(path('holding.sh'), `cd '${cwd}'\n${HOLDING}`);
  await writeFile(
    path('line.yaml'),
    dailyPipeline().replace(
      '  evaluate:\n',
      `  hold: { run: [sh, ${path('holding.sh')}], with: { model: "\${steps.train.model}" } }\n  evaluate:\n`,
    ),
  );
  await writeFile(
    path('line.csv'),
    hourly(7, () => 2),
  );
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const ARGS = ['backtest', 'line.yaml', '--data', 'line.csv', '--compare', 'never'];
const WRITTEN = ['--json', '--html', 'report.html', '--svg', 'pictures'];

/** A backtest that has trained its first model and is busy with the step after. */
async function busyBacktest(): Promise<{
  readonly child: ChildProcess;
  readonly group: number;
  readonly ended: Promise<readonly unknown[]>;
  readonly said: () => { readonly stdout: string; readonly stderr: string };
}> {
  await rm(path('group'), { force: true });
  await writeFile(path('hold'), '');
  const child = spawn(process.execPath, [MAIN, ...ARGS, ...WRITTEN, '--cache', cache], {
    cwd,
    env: { ...process.env, TMPDIR: spool },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += String(text);
  });
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  const ended = once(child, 'close');
  await vi.waitFor(() => expect(existsSync(path('group')), stderr).toBe(true), 60_000);
  const group = Number(await readFile(path('group'), 'utf8'));
  expect((await livingMembers(group)).length).toBeGreaterThan(0);
  return { child, group, ended, said: () => ({ stdout, stderr }) };
}

/** What is kept, and when it was written: what is made again is written again. */
async function keptResults(): Promise<ReadonlyMap<string, number>> {
  const results = join(cache, 'results');
  const names = await readdir(results, { recursive: true });
  const files = names.filter((name) => name.endsWith('.json'));
  const timed = files.map(async (name) => {
    const { mtimeMs } = await stat(join(results, name));
    return [name, mtimeMs] as const;
  });
  return new Map(await Promise.all(timed));
}

/** In the temporary directory; the runtime of the models keeps a name of its own there. */
async function leftBehind(): Promise<readonly string[]> {
  return (await readdir(spool)).filter((name) => name !== '.ses');
}

describe.skipIf(!hasPython)('a backtest that is interrupted while it trains', () => {
  let before: readonly string[];
  let kept: ReadonlyMap<string, number>;

  it('ends with 130, and with it every process of the training', async () => {
    const { child, group, ended, said } = await busyBacktest();
    before = (await readdir(cwd)).sort();
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await livingMembers(group)).toEqual([]);
    expect(said().stderr).toContain('what was trained is kept');
    expect(said().stdout).toBe('');
  }, 120_000);

  it('leaves no report, no half of one, and nothing in the temporary directory', async () => {
    expect((await readdir(cwd)).sort()).toEqual(before);
    expect(before).not.toContain('report.html');
    expect(await leftBehind()).toEqual([]);
  });

  it('has kept the training that was done', async () => {
    kept = await keptResults();
    const texts = await Promise.all(
      [...kept.keys()].map((name) => readFile(join(cache, 'results', name), 'utf8')),
    );
    expect(texts.filter((text) => text.includes('"model"')).length).toBeGreaterThan(0);
  });

  it('ends at once when asked twice, also where the training does not want to', async () => {
    await writeFile(path('stubborn'), '');
    const { child, group, ended } = await busyBacktest();
    child.kill('SIGINT');
    await vi.waitFor(() => expect(existsSync(path('asked'))).toBe(true), 20_000);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await leftBehind()).toEqual([]);
    // Whoever outlives its parent is ended by the watchdog.
    await vi.waitFor(async () => expect(await livingMembers(group)).toEqual([]), 20_000);
  }, 120_000);

  it('goes on where it was once it is started again', async () => {
    await rm(path('hold'));
    const ended = await millrace([...ARGS, ...WRITTEN, '--cache', cache], { cwd });
    expect(ended).toMatchObject({ code: 0 });
    expect(document<BacktestDocument>(ended).run.trained).toBeGreaterThan(0);
    expect(await readFile(path('report.html'), 'utf8')).toContain('</html>');
    const now = await keptResults();
    for (const [name, time] of kept) expect(now.get(name), name).toBe(time);
    expect(now.size).toBeGreaterThan(kept.size);
  }, 120_000);
});
