import { describe, expect, it } from 'vitest';
import { reduce } from '../../../monitoring/policy/index.js';
import { fc } from '../../support/property.js';
import { commands, play } from '../../workflows/model-based/commands.js';
import { ModelInMemory } from '../../workflows/model-based/in-memory.js';

/** Plays many sequences; the promise rejects with the shortest that breaks an invariant. */
function search(step: typeof reduce, numRuns: number): Promise<void> {
  return Promise.resolve(
    fc.assert(
      fc.asyncProperty(commands(40, false), (sequence) => play(new ModelInMemory(step), sequence)),
      { numRuns },
    ),
  );
}

describe('a model under any sequence of messages', () => {
  it('keeps one champion, one retrain, and every transition in the ledger', async () => {
    await search(reduce, 400);
  });
});

describe('the search finds', () => {
  it.each<readonly [string, string, typeof reduce]>([
    [
      'a refusal that leaves no line',
      'the ledger has no line of',
      (...args) => {
        const { state, effects } = reduce(...args);
        return { state, effects: effects.filter((effect) => effect.kind !== 'record') };
      },
    ],
    [
      'a message that is not counted',
      'were sent',
      (state, event, nowMs) => {
        const step = reduce(state, event, nowMs);
        const { received } = state.counts;
        return event.kind === 'retrain-requested' && state.paused !== null
          ? { ...step, state: { ...step.state, counts: { ...step.state.counts, received } } }
          : step;
      },
    ],
    [
      'a transition number that is used again',
      'transitions in the ledger are',
      (state, event, nowMs) => {
        const step = reduce(state, event, nowMs);
        return event.kind === 'change-ended' && step.state.transition > 2
          ? { ...step, state: { ...step.state, transition: 2 } }
          : step;
      },
    ],
    [
      'a retrain that is not known to run',
      'started while',
      (state, event, nowMs) => {
        const step = reduce(state, event, nowMs);
        return event.kind === 'paused'
          ? { ...step, state: { ...step.state, retrain: null } }
          : step;
      },
    ],
    [
      'an approval that is forgotten when the model is paused',
      'are told of',
      (state, event, nowMs) => {
        const step = reduce(state, event, nowMs);
        return event.kind === 'paused' ? { ...step, state: { ...step.state, pending: [] } } : step;
      },
    ],
    [
      'a monitor that is not told of a rollback',
      'the monitor watches',
      (state, event, nowMs) => {
        const step = reduce(state, event, nowMs);
        if (event.kind !== 'change-ended' || state.change?.request.kind !== 'rollback') return step;
        const effects = step.effects.filter(({ kind }) => kind !== 'configure-monitor');
        return { ...step, effects };
      },
    ],
  ])('%s', async (_, said, planted) => {
    const found = await search(planted, 400).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(Error);
    expect(String((found as Error).cause)).toContain(said);
  });
});
