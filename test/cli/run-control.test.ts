import { describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/errors.js';
import { createStyle } from '../../cli/render/style.js';
import { checkComparison } from '../../cli/runs/compare-runs.js';
import { runDocument } from '../../cli/runs/document.js';
import { exitCodeOf } from '../../cli/runs/finish.js';
import { graphGutters } from '../../cli/runs/graph-view.js';
import { diffRuns } from '../../cli/runs/run-diff.js';
import { takenOver } from '../../cli/runs/taken-over.js';
import { outcomeLines, stepTable } from '../../cli/runs/view.js';
import type {
  FailureType,
  PipelinePlan,
  RunRecord,
  StepRecord,
  StepReuse,
} from '../../contracts/index.js';
import { experimentOf } from '../../pipelines/cache/index.js';
import { compilePipeline } from '../../pipelines/index.js';
import { OUTCOME, run, step } from '../models/registry/sample-records.js';

function planOf(steps: string): PipelinePlan {
  const text = `apiVersion: millrace/v1\nname: demo\nsteps:\n${steps}`;
  const compiled = compilePipeline(text, { file: 'f', baseDirectory: '/' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.plan;
}

const DIAMOND = planOf(
  [
    '  first: {uses: noop}',
    '  left: {uses: noop, needs: first}',
    '  right: {uses: noop, needs: first}',
    '  join: {uses: noop, needs: [left, right]}',
    '  alone: {uses: noop}',
  ].join('\n'),
);

describe('a run that is run again', () => {
  const failed: Pick<RunRecord, 'runId' | 'status'> = { runId: 'r1', status: 'failed' };
  const steps: readonly StepRecord[] = [
    step('r1', 'first'),
    step('r1', 'left'),
    step('r1', 'right', { status: 'failed', outcome: null }),
    step('r1', 'alone'),
  ];

  it('goes on with what had not completed', () => {
    const over = takenOver(DIAMOND, failed, steps, { from: null, changed: false });
    expect(over).toEqual({ runId: 'r1', steps: ['first', 'left', 'alone'], redo: [] });
  });

  it('does a step and all that follow it again, found or not', () => {
    const over = takenOver(DIAMOND, failed, steps, { from: 'left', changed: true });
    expect(over.steps).toEqual(['first', 'alone']);
    expect([...over.redo].sort()).toEqual(['join', 'left']);
  });

  it('does one item of a step again, and what follows; the others are found by their content', () => {
    const items = [...steps, step('r1', 'left[0]'), step('r1', 'left[1]')];
    const over = takenOver(DIAMOND, failed, items, { from: 'left[1]', changed: false });
    expect(over.steps).toEqual(['first', 'alone']);
    expect([...over.redo].sort()).toEqual(['join', 'left[1]']);
    expect(() => takenOver(DIAMOND, failed, items, { from: 'left[7]', changed: false })).toThrow(
      'the run has no item left[7]',
    );
  });

  it('takes nothing over when it had completed, or was given other values', () => {
    const completed = { ...failed, status: 'completed' } as const;
    for (const [which, changed] of [
      [completed, false],
      [failed, true],
    ] as const) {
      expect(takenOver(DIAMOND, which, steps, { from: null, changed }).steps).toEqual([]);
    }
  });

  it('refuses a step that the plan does not have, and names the nearest', () => {
    expect(() => takenOver(DIAMOND, failed, steps, { from: 'lift', changed: false })).toThrowError(
      expect.objectContaining({ type: 'NotFound', hint: 'did you mean left?' }),
    );
  });
});

describe('the graph of the steps', () => {
  const drawn = (plan: PipelinePlan) => {
    const gutters = graphGutters(plan.steps);
    return plan.steps.map(({ id }) => `${gutters.get(id)}${id}`.trimEnd());
  };

  it('draws a chain as one line', () => {
    const chain = planOf(
      '  a: {uses: noop}\n  b: {uses: noop, needs: a}\n  c: {uses: noop, needs: b}',
    );
    expect(drawn(chain)).toEqual(['● a', '● b', '● c']);
  });

  it('joins what comes together again', () => {
    expect(drawn(DIAMOND)).toEqual(['●   first', '├─● left', '● │ right', '●─╯ join', '●   alone']);
  });
});

describe('two runs', () => {
  const sha = (letter: string) => letter.repeat(64);
  const made = (runId: string, over: Partial<RunRecord>, rows: number, data: string, mae: number) =>
    experimentOf(run(runId, over), [
      step(runId, 'ingest', {
        parts: { kind: 'ingest', 'file:data/a.csv': sha(data) },
        outcome: {
          status: 'completed',
          cached: false,
          outputs: { values: { rows }, artifacts: {}, metrics: {} },
          gate: null,
        },
      }),
      step(runId, 'train', {
        kind: 'train',
        parts: { 'with.seed': '7', 'environment.numpy': '2.0', 'code:steps/train.py': sha('c') },
        outcome: {
          status: 'completed',
          cached: false,
          outputs: { values: {}, artifacts: {}, metrics: { mae } },
          gate: null,
        },
      }),
    ]);

  it('are told apart by parameters, data and metrics, and by nothing that is the same', () => {
    const before = made('r1', { params: { trees: 100, depth: 4 } }, 10, 'a', 41.5);
    const after = made('r2', { params: { trees: 200, depth: 4 } }, 12, 'b', 39.25);
    expect(diffRuns(before, after, [])).toEqual({
      runs: [
        { runId: 'r1', pipeline: 'bike-demand' },
        { runId: 'r2', pipeline: 'bike-demand' },
      ],
      planChanged: false,
      plan: [],
      params: [{ name: 'trees', before: 100, after: 200 }],
      data: [
        {
          name: 'data/a.csv',
          before: { sha256: sha('a'), rows: 10 },
          after: { sha256: sha('b'), rows: 12 },
        },
      ],
      code: [],
      environment: [],
      seeds: [],
      metrics: [{ name: 'mae', before: 41.5, after: 39.25 }],
    });
    expect(before).toMatchObject({
      seeds: { train: 7 },
      environment: { numpy: '2.0' },
      codeFiles: { 'steps/train.py': sha('c') },
      stepMetrics: { train: { mae: 41.5 } },
    });
  });
});

describe('how runs are compared', () => {
  it('shows what it is asked by', () => {
    expect(checkComparison({ sort: 'metrics.mae', where: 'params.depth > 4' })).toEqual({
      sort: 'metrics.mae',
      where: 'params.depth > 4',
      descending: false,
      shown: ['metrics.mae', 'params.depth'],
    });
    expect(checkComparison({})).toBeNull();
  });

  it.each([
    ['an order that there is not', { sort: 'mae' }],
    ['an expression that is none', { where: 'params.depth >' }],
    ['a root that there is not', { where: 'parms.depth > 4' }],
    ['what is neither true nor false', { where: '1 + 1' }],
  ])('refuses %s', (_name, options) => {
    expect(() => checkComparison(options)).toThrowError(
      expect.objectContaining({ name: 'UsageError' }),
    );
  });
});

describe('a fanned-out step', () => {
  const item = (index: number, status: StepReuse['status'], reason: string) =>
    step('r1', `train[${index}]`, { reuse: { status, reason } });
  const shown = (...items: readonly StepRecord[]) =>
    runDocument(run('r1'), [step('r1', 'train'), ...items], [{ id: 'train' }], '/logs', []).steps[
      'train'
    ];

  it('says how many of its items were reused, and why the first other one was not', () => {
    const reused = item(0, 'hit', 'nothing changed since run r0');
    expect(shown(reused, item(1, 'miss', 'with.depth changed from 3 to 4'))).toMatchObject({
      cached: false,
      reuse: {
        status: 'miss',
        reason: '1 of 2 items reused; train[1]: with.depth changed from 3 to 4',
      },
    });
    expect(shown(reused)).toMatchObject({
      cached: true,
      reuse: { status: 'hit', reason: '1 of 1 item reused' },
    });
  });
});

describe('a run of many items', () => {
  it('is read in one go over them, however many there are', () => {
    let reads = 0;
    const counted = (index: number) =>
      Object.defineProperty(step('r1', `train[${index}]`), 'item', {
        get: () => {
          reads += 1;
          return `depth=${index}`;
        },
      });
    const items = Array.from({ length: 50 }, (_, index) => counted(index));
    runDocument(run('r1'), [step('r1', 'train'), ...items], [{ id: 'train' }], '/logs', []);
    expect(reads).toBe(50);
  });
});

describe('what a run that completed went on from', () => {
  it('is told where it was a run that was rejected', () => {
    const runId = '0192aaaa-0000-7000-8000-000000000000';
    const values = { runId };
    const outcome = { ...OUTCOME, outputs: { ...OUTCOME.outputs, values } };
    const rejected = step('r1', 'region', { status: 'rejected', outcome });
    const planned = [{ id: 'region', kind: 'pipeline', continueOnError: true }] as const;
    const ended = run('r1', { status: 'completed', endedAt: '2024-01-01T00:01:00.000Z' });
    const document = runDocument(ended, [rejected], planned, '/logs', []);
    const style = createStyle({}, { NO_COLOR: '1' });
    expect(outcomeLines(document, 200, style).slice(1)).toEqual([
      '  step region: its run 0192aaaa-0000 was rejected, tolerated by continueOnError; millrace show 0192aaaa-0000 says why',
    ]);
    expect(stepTable(document, 80, style).at(-1)).toContain('rejected, tolerated');
  });

  it('is told below it, with its reason', () => {
    const failure = { type: 'InvalidInput', message: 'no rows', hint: 'look at the file' } as const;
    const failed = step('r1', 'enrich', { status: 'failed', outcome: null, failure });
    const ended = run('r1', { status: 'completed', endedAt: '2024-01-01T00:01:00.000Z' });
    const planned = [{ id: 'enrich', continueOnError: true }] as const;
    const document = runDocument(ended, [failed], planned, '/logs', []);
    expect(outcomeLines(document, 80, createStyle({}, { NO_COLOR: '1' })).slice(1)).toEqual([
      '  step enrich: InvalidInput, tolerated by continueOnError',
      '    no rows',
      '    hint: look at the file',
    ]);
  });

  it('stands after what failed a run, and does not decide how its command ends', () => {
    const failed = (id: string, type: FailureType) =>
      step('r1', id, { status: 'failed', outcome: null, failure: { type, message: 'no rows' } });
    const document = runDocument(
      run('r1', { status: 'failed' }),
      [
        failed('enrich', 'InvalidInput'),
        failed('enrich[1]', 'InvalidInput'),
        failed('train', 'Internal'),
      ],
      [{ id: 'enrich', continueOnError: true }, { id: 'train' }],
      '/logs',
      [],
    );
    const style = createStyle({}, { NO_COLOR: '1' });
    expect(outcomeLines(document, 80, style).slice(1)).toEqual([
      '  step train: Internal',
      '    no rows',
      '  step enrich: InvalidInput, tolerated by continueOnError',
      '    no rows',
    ]);
    expect(
      stepTable(document, 80, style).filter((line) => line.includes('tolerated')),
    ).toHaveLength(2);
    expect(exitCodeOf(document)).toBe(EXIT.failed);
  });

  it('a deployment that left the champion is told of: its step completed all the same', () => {
    const values = {
      outcome: 'kept-as-challenger',
      version: 2,
      detail: 'it was compared with no champion, but version 1 is champion now',
    };
    const deploy = step('r1', 'deploy', {
      outcome: { ...OUTCOME, outputs: { ...OUTCOME.outputs, values } },
    });
    const document = runDocument(
      run('r1', { status: 'completed' }),
      [deploy],
      [{ id: 'deploy' }],
      '/logs',
      [],
    );
    expect(outcomeLines(document, 200, createStyle({}, { NO_COLOR: '1' }))).toContain(
      '  not deployed: version 2 is kept as a challenger: it was compared with no champion, but version 1 is champion now',
    );
  });
});
