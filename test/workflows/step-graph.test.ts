import { describe, expect, it } from 'vitest';
import {
  EMPTY_OUTPUTS,
  RUN_CONDITIONS,
  type RunCondition,
  type ScheduledStep,
} from '../../contracts/index.js';
import { runStepGraph, type StepEnd } from '../../workflows/step-graph.js';
import { fc } from '../support/property.js';

/** What a step does once it runs. */
const ACTS = ['complete', 'fail', 'tolerate', 'skip', 'reject', 'cancel'] as const;
type Act = (typeof ACTS)[number];

interface Node {
  readonly needs: readonly number[];
  readonly runIf: RunCondition;
  readonly act: Act;
  /** How many turns of the event loop it takes: the order of ends is any. */
  readonly turns: number;
}

/** Every need stands before its step, as a plan has it. */
const dag: fc.Arbitrary<readonly Node[]> = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 4 }),
      runIf: fc.constantFrom(...RUN_CONDITIONS),
      act: fc.constantFrom(...ACTS),
      turns: fc.nat(3),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((nodes) =>
    nodes.map((node, at) => ({
      ...node,
      needs:
        at === 0 ? [] : [...new Set(node.needs.map((need) => need % at))].sort((a, b) => a - b),
    })),
  );

type Fate = 'completed' | 'failed' | 'tolerated' | 'skipped' | 'blocked' | 'rejected' | 'cancelled';

const FATE: { readonly [Did in Act]: Fate } = {
  complete: 'completed',
  fail: 'failed',
  tolerate: 'tolerated',
  skip: 'skipped',
  reject: 'rejected',
  cancel: 'cancelled',
};

/** The rules as the language's page has them, one step after the other. */
function interpret(nodes: readonly Node[]): readonly Fate[] {
  const fates: Fate[] = [];
  for (const { needs, runIf, act } of nodes) {
    const before = needs.map((need) => fates[need] ?? 'completed');
    const has = (...some: readonly Fate[]) => before.some((fate) => some.includes(fate));
    const broken = has('failed', 'rejected', 'blocked');
    const refused = broken ? 'blocked' : 'skipped';
    if (before.length === 0 || runIf === 'always') fates.push(FATE[act]);
    else if (has('cancelled')) fates.push('cancelled');
    else if (runIf === 'allDone') fates.push(FATE[act]);
    else if (runIf === 'oneSucceeded') fates.push(has('completed') ? FATE[act] : refused);
    else if (broken) fates.push('blocked');
    else if (runIf === 'allSucceeded' && has('skipped')) fates.push('skipped');
    else fates.push(FATE[act]);
  }
  return fates;
}

function endOf(act: Act): StepEnd {
  switch (act) {
    case 'complete':
      return { status: 'completed', outputs: EMPTY_OUTPUTS };
    case 'fail':
      return { status: 'failed', detail: '' };
    case 'tolerate':
      return { status: 'failed', detail: '', tolerated: true };
    case 'skip':
      return { status: 'skipped', detail: 'if: false' };
    case 'reject':
      return { status: 'rejected', detail: '' };
    case 'cancel':
      return { status: 'cancelled', detail: '' };
  }
}

function fateOf(end: StepEnd | undefined): Fate | undefined {
  if (end?.status === 'failed' && end.tolerated === true) return 'tolerated';
  if (end?.status === 'skipped' && end.blocked === true) return 'blocked';
  return end?.status;
}

function scheduled(node: Node, at: number): ScheduledStep {
  return {
    id: `s${at}`,
    kind: 'noop',
    needs: node.needs.map((need) => `s${need}`),
    reads: [],
    if: null,
    retry: { maxAttempts: 1, initialIntervalMs: 1, backoff: 1, maxIntervalMs: 1, nonRetryable: [] },
    timeoutMs: 1_000,
    queue: null,
    runIf: node.runIf,
  };
}

async function runGraph(nodes: readonly Node[]) {
  const ends = new Map<string, StepEnd>();
  const begun: string[] = [];
  const early: string[] = [];
  await runStepGraph(nodes.map(scheduled), ends, async (step) => {
    begun.push(step.id);
    if (step.needs.some((need) => !ends.has(need))) early.push(step.id);
    const node = nodes[Number(step.id.slice(1))];
    for (let turn = 0; turn < (node?.turns ?? 0); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return endOf(node?.act ?? 'complete');
  });
  return { fates: nodes.map((_, at) => fateOf(ends.get(`s${at}`))), begun, early };
}

describe('the await graph', () => {
  it('ends every step as the rules say, whatever the graph and the order of ends', async () => {
    await fc.assert(
      fc.asyncProperty(dag, async (nodes) => {
        const { fates, begun, early } = await runGraph(nodes);
        expect(fates).toEqual(interpret(nodes));
        expect(early).toEqual([]);
        expect(new Set(begun).size).toBe(begun.length);
      }),
    );
  });

  it('is told from one that takes what a failure skipped for what a condition left out', async () => {
    const forgets = fc.asyncProperty(dag, async (nodes) => {
      const forgotten = (fate: Fate | undefined) => (fate === 'blocked' ? 'skipped' : fate);
      const { fates } = await runGraph(nodes);
      expect(fates.map(forgotten)).toEqual(interpret(nodes));
    });
    expect((await fc.check(forgets)).failed).toBe(true);
  });

  it('does not run again what was there at the start', async () => {
    const ends = new Map<string, StepEnd>([['s0', endOf('complete')]]);
    const begun: string[] = [];
    const nodes: readonly Node[] = [
      { needs: [], runIf: 'allSucceeded', act: 'complete', turns: 0 },
      { needs: [0], runIf: 'allSucceeded', act: 'complete', turns: 0 },
    ];
    await runStepGraph(nodes.map(scheduled), ends, async ({ id }) => {
      begun.push(id);
      return endOf('complete');
    });
    expect(begun).toEqual(['s1']);
  });
});
