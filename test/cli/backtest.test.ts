import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dailyPipeline, hourly } from '../backtest/backtest-world.js';
import { document, millrace } from './millrace.js';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'millrace-cli-backtest-'));
  writeFileSync(join(cwd, 'line.yaml'), dailyPipeline());
  writeFileSync(
    join(cwd, 'line.csv'),
    hourly(9, () => 2),
  );
  writeFileSync(join(cwd, 'unwatched.yaml'), dailyPipeline().replace(/\nmonitor:[\s\S]*/, '\n'));
  writeFileSync(join(cwd, 'bad.yaml'), 'strategies:\n  eager:\n    guards: { coldown: 1d }\n');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const backtest = (...args: string[]) => millrace(['backtest', ...args], { cwd });

describe('millrace backtest', () => {
  it.each([
    [['line.yaml'], 2, /--data/],
    [['line.yaml', '--data', 'line.csv', '--every', 'often'], 2, /duration/],
    [['line.yaml', '--data', 'line.csv', '--compare', 'weakly'], 2, /did you mean weekly\?/],
    [['line.yaml', '--data', 'line.csv', '--compare', 'every:x'], 2, /no cadence/],
    [['line.yaml', '--data', 'line.csv', '--drifts', 'soon'], 2, /times such as/],
    [['line.yaml', '--data', 'none.csv'], 65, /none\.csv/],
    [['unwatched.yaml', '--data', 'line.csv'], 65, /has no monitor/],
    [['line.yaml', '--data', 'line.csv', '--every', '10m'], 65, /shorter than the 1h/],
    [['line.yaml', '--data', 'line.csv', '--policy', 'none.yaml'], 65, /no file none\.yaml/],
    [['line.yaml', '--data', 'line.csv', '--policy', 'bad.yaml'], 65, /bad\.yaml:3:15/],
    [['line.yaml', '--data', 'line.csv', '--html', 'none/x.html'], 2, /no directory/],
    [
      ['line.yaml', '--data', 'line.csv', '--svg', 'line.csv'],
      2,
      /--svg line\.csv is no directory/,
    ],
    [['line.yaml', '--data', 'line.csv', '--cache', 'line.csv/x'], 2, /--cache .* is no directory/],
  ])('%j ends with %i', async (args, code, words) => {
    const ended = await backtest(...args);
    expect(ended.stderr).toMatch(words);
    expect(ended.code).toBe(code);
  });

  it('tells a program what is wrong with a policy file, and where', async () => {
    const ended = await backtest(
      'line.yaml',
      '--data',
      'line.csv',
      '--policy',
      'bad.yaml',
      '--json',
    );
    expect(document(ended)).toMatchObject({
      error: { type: 'InvalidInput' },
      errors: [{ line: 3, column: 15, path: 'strategies.eager.guards.coldown' }],
    });
  });
});
