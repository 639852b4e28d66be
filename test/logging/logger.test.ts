import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger as TemporalSdkLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../contracts/index.js';
import {
  createLogger,
  type LoggerOptions,
  temporalLogger,
  withContext,
} from '../../logging/logger.js';
import { compileProgram } from '../support/compiled-program.js';

/** A logger and the lines it has written. */
function logged(options: LoggerOptions & { room?: string } = {}) {
  const lines: string[] = [];
  const logger = createLogger(options.room ?? 'registry', {
    format: 'json',
    environment: {},
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  const records = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, records };
}

describe('a line', () => {
  it('is one JSON object with time, level, room and its context', () => {
    const { logger, lines, records } = logged({ room: 'gateway' });
    const run = withContext(logger, { run: 'r1', step: 'train', attempt: 2 });
    withContext(run, { model: 'bike-demand', version: 3, prediction: 'p/0' }).warn(
      { rows: 12 },
      'slow by %d ms',
      40,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(records()[0]).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pid: process.pid,
      room: 'gateway',
      run: 'r1',
      step: 'train',
      attempt: 2,
      model: 'bike-demand',
      version: 3,
      prediction: 'p/0',
      rows: 12,
      msg: 'slow by 40 ms',
    });
  });

  it('of an error has its type, hint, stack and cause', () => {
    const { logger, records } = logged();
    const cause = new Error('no such file');
    logger.error(new MillraceError('InvalidInput', 'bad source', 'check it', { cause }));
    logger.error({ err: cause }, 'reading failed');
    expect(records()).toMatchObject([
      {
        msg: 'bad source',
        err: {
          type: 'InvalidInput',
          hint: 'check it',
          name: 'MillraceError',
          stack: expect.stringContaining('logger.test.ts'),
          cause: { message: 'no such file' },
        },
      },
      { msg: 'reading failed', err: { message: 'no such file' } },
    ]);
  });

  it('stands in a file for a process in the background, after what is there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'logging-'));
    const file = join(directory, 'logs', 'worker.log');
    createLogger('worker', { file, environment: {}, format: 'pretty' }).info('first');
    createLogger('worker', { file, environment: {} }).info('second');
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['first', 'second']);
    await rm(directory, { recursive: true });
  });

  it('goes to standard error, as JSON where that is no terminal', async () => {
    const program = await compileProgram('test/logging/logging-process');
    const env = { ...process.env, MILLRACE_LOG: '' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program.path], { env });
    await program.remove();
    expect(stdout).toBe('output\n');
    expect(JSON.parse(stderr)).toMatchObject({ room: 'gateway', version: 2, msg: 'serving' });
  });
});

describe('levels', () => {
  it.each([
    [undefined, 'info', 'info'],
    ['', 'info', 'info'],
    ['warn', 'warn', 'warn'],
    ['gateway=debug', 'debug', 'info'],
    [' WARN , gateway = trace ,registry=silent', 'trace', 'silent'],
  ])('MILLRACE_LOG=%s sets each room its own', (text, gateway, registry) => {
    const environment = { MILLRACE_LOG: text };
    expect(createLogger('gateway', { environment }).level).toBe(gateway);
    expect(createLogger('registry', { environment }).level).toBe(registry);
  });

  it.each([
    ['loud', '"loud" is not a level'],
    ['info,gateway=', '"" is not a level'],
    ['info,gateway=loud', '"loud" is not a level'],
    ['=debug', '"" is not a room'],
    ['Gate Way=debug', '"Gate Way" is not a room'],
    ['info,debug', 'given twice'],
    ['api=info,api=debug', 'room api is given twice'],
  ])('MILLRACE_LOG=%s is refused by name', (text, why) => {
    expect(() => createLogger('gateway', { environment: { MILLRACE_LOG: text } })).toThrow(
      expect.objectContaining({
        type: 'InvalidInput',
        message: expect.stringContaining(why),
        hint: expect.stringContaining('MILLRACE_LOG=info,gateway=debug'),
      }),
    );
  });

  it('keep back what is below them', () => {
    const { logger, records } = logged({ environment: { MILLRACE_LOG: 'warn' } });
    logger.info('quiet');
    logger.error('loud');
    expect(records().map(({ msg }) => msg)).toEqual(['loud']);
  });
});

describe('pretty output', () => {
  const pretty = (environment: LoggerOptions['environment'] = {}) =>
    logged({ room: 'gateway', format: 'pretty', environment });

  it('reads as a sentence with its subject and fields', () => {
    const { logger, lines } = pretty();
    logger.info(
      { model: 'bike-demand', version: 3, step: 'train', attempt: 2, run: 'r1', why: 'a b' },
      'serving',
    );
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}gateway serving model=bike-demand@3 step=train#2 run=r1 why="a b"\n$/,
    );
  });

  it('puts the stack and the hint below', () => {
    const { logger, lines } = pretty();
    logger.error(new MillraceError('NotFound', 'no model x', 'see millrace models'));
    const [first, ...below] = (lines[0] ?? '').trimEnd().split('\n');
    expect(first).toContain('ERROR gateway no model x');
    expect(below[0]).toContain('no model x');
    expect(below.at(-1)).toBe('    hint: see millrace models');
  });

  it('shows control characters: no line is forged, no terminal is steered', () => {
    const { logger, lines } = pretty();
    logger.info({ id: '\u001b[2Jx', 'k\ney': 1 }, 'one\ntwo \u001b[31mred');
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b');
    expect(lines[0]).toContain('one\\ntwo');
  });
});

describe("Temporal's own log", () => {
  it('goes through ours with our names for its fields', () => {
    const { logger, records } = logged({
      room: 'temporal',
      environment: { MILLRACE_LOG: 'debug' },
    });
    // The type says that the SDK accepts it.
    const sdk: TemporalSdkLogger = temporalLogger(logger);
    sdk.info('Workflow started', {
      workflowId: 'pipeline/bike-demand/r7',
      runId: 'temporal-id',
      attempt: 1,
      timestampNanos: 12n,
      [Symbol.for('sdk')]: 'x',
    });
    sdk.log('WARN', '100% of %s', { workflowId: 'model/bike-demand', error: new Error('lost') });
    sdk.trace('unseen');
    expect(records()).toMatchObject([
      {
        level: 'info',
        msg: 'Workflow started',
        run: 'r7',
        temporalRunId: 'temporal-id',
        attempt: 1,
      },
      { level: 'warn', msg: '100% of %s', model: 'bike-demand', err: { message: 'lost' } },
    ]);
    expect(records()[0]).not.toHaveProperty('runId');
  });
});
