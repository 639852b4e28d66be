import { isDeepStrictEqual } from 'node:util';
import type { LedgerEntry } from '../../../contracts/index.js';
import { stateFromLedger } from '../../../monitoring/policy/index.js';
import type { Observed } from './system.js';

/**
 * What must hold of a model at rest, whatever was sent to it in whatever order.
 *
 * @returns each that does not, as a sentence; none is well
 */
export function violations(observed: Observed): readonly string[] {
  return [
    ...oneChampion(observed),
    ...everyTransitionInTheLedger(observed),
    ...neverTwoRetrains(observed.ledger),
    ...everyMessageIsAccountedFor(observed),
    ...theLedgerTellsTheState(observed),
    ...theBaselineIsTheChampions(observed),
  ];
}

function unless(holds: boolean, sentence: string): readonly string[] {
  return holds ? [] : [sentence];
}

function oneChampion({ state, champion }: Observed): readonly string[] {
  const known = state.champion?.version ?? null;
  return [
    ...unless(known === champion, `the workflow knows champion ${known}, gateways ${champion}`),
    ...unless(
      state.earlier.every(({ version }) => version !== known),
      `version ${known} is its own predecessor`,
    ),
  ];
}

const MOVES: readonly LedgerEntry['action'][] = ['promoted', 'rolled-back', 'compensated'];

function everyTransitionInTheLedger({ state, ledger, champion }: Observed): readonly string[] {
  const moves = ledger.filter(({ action }) => MOVES.includes(action));
  const numbers = moves.map(({ key }) => Number(key.split('/').at(-1)));
  const expected = Array.from({ length: state.transition }, (_, index) => index + 1);
  return [
    ...unless(
      isDeepStrictEqual(numbers, expected),
      `transitions in the ledger are ${numbers.join()}, made were ${state.transition}`,
    ),
    ...unless(
      (moves.at(-1)?.to ?? null) === champion,
      `the ledger ends at version ${moves.at(-1)?.to}, champion is ${champion}`,
    ),
    ...moves.flatMap(({ from }, index) =>
      unless(
        from === (moves[index - 1]?.to ?? null),
        `transition ${index + 1} starts from ${from}, not from where the last one ended`,
      ),
    ),
  ];
}

function neverTwoRetrains(ledger: readonly LedgerEntry[]): readonly string[] {
  let running: unknown = null;
  return ledger.flatMap(({ action, evidence }) => {
    if (action === 'retrain-started') {
      const before = running;
      running = evidence['requestId'];
      return unless(before === null, `${running} started while ${before} ran`);
    }
    if (action === 'retrain-ended' && running === evidence['requestId']) running = null;
    return [];
  });
}

function everyMessageIsAccountedFor({ state, ledger, sent }: Observed): readonly string[] {
  const { received, acted, coalesced, held, refused, duplicate } = state.counts;
  const told = acted + coalesced + held + refused + duplicate;
  const waiting = state.waiting.length + state.pending.length;
  const answered = new Set(ledger.map(({ evidence }) => evidence['requestId']));
  return [
    ...unless(received === sent.length, `${sent.length} were sent, ${received} received`),
    ...unless(
      received === told + waiting,
      `of ${received} received ${told} + ${waiting} are told of`,
    ),
    ...sent
      // A deploy of what is champion already changes nothing and leaves no line.
      .filter(({ name }) => name !== 'promote' && name !== 'requestDeploy')
      .flatMap(({ requestId }) =>
        unless(answered.has(requestId), `the ledger has no line of ${requestId}`),
      ),
  ];
}

/**
 * But for the count of ineffective retrains: one that ends while a promotion waits for the gateways
 * stands behind it in the ledger, and before it in the workflow.
 */
function theLedgerTellsTheState({ state, ledger }: Observed): readonly string[] {
  const told = stateFromLedger(state.model, ledger, state.guards, state.automation);
  return (
    ['champion', 'earlier', 'transition', 'paused', 'pending', 'repairs', 'undoable'] as const
  ).flatMap((name) =>
    unless(
      isDeepStrictEqual(
        JSON.parse(JSON.stringify(told[name])),
        JSON.parse(JSON.stringify(state[name])),
      ),
      `the ledger tells ${name} ${JSON.stringify(told[name])}, it is ${JSON.stringify(state[name])}`,
    ),
  );
}

function theBaselineIsTheChampions({ champion, watched }: Observed): readonly string[] {
  return unless(watched === champion, `the monitor watches ${watched}, champion is ${champion}`);
}
