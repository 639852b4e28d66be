import type { LedgerAction, LedgerEntry } from '../../contracts/index.js';

type RolloutAction = Extract<
  LedgerAction,
  `rollout-${string}` | `analysis-${string}` | 'weight-moved'
>;

/**
 * A ledger line as a sentence.
 *
 * @example ledgerSentence(entry);
 * // 'the monitor brought version 1 back in place of version 2: it was better on the same rows'
 */
export function ledgerSentence(entry: LedgerEntry): string {
  return `${actorName(entry.actor)} ${deed(entry)}: ${entry.reason}`;
}

function deed({ action, from, to }: LedgerEntry): string {
  const instead = from === null ? '' : ` in place of version ${from}`;
  switch (action) {
    case 'registered':
      return `registered version ${to}`;
    case 'gate-overridden':
      return to === null
        ? 'let a run go on although its gate said no'
        : `let version ${to} through although its gate said no`;
    case 'promoted':
      return `made version ${to} the champion${instead}`;
    case 'rolled-back':
      return `brought version ${to} back${instead}`;
    case 'compensated':
      return to === null
        ? `took version ${from} out of service again`
        : `put version ${to} back${instead}`;
    case 'deploy-refused':
      return to === null ? 'was refused a deploy' : `was refused version ${to} as champion`;
    case 'kept-as-challenger':
      return `kept version ${to} as a challenger${from === null ? '' : `, version ${from} stays champion`}`;
    case 'rollback-refused':
      return to === null ? 'was refused a rollback' : `was refused a rollback to version ${to}`;
    case 'retrain-started':
      return 'started a retraining run';
    case 'retrain-held':
      return 'asked for retraining and was held back';
    case 'retrain-ended':
      return 'asked for retraining, which ended';
    case 'paused':
      return 'paused automatic changes';
    case 'resumed':
      return 'let automatic changes go on';
    case 'approval-requested':
      return to === null ? 'asks a person to approve' : `asks a person to approve version ${to}`;
    case 'approved':
      return to === null ? 'approved' : `approved version ${to}`;
    case 'rejected':
      return to === null ? 'said no' : `said no to version ${to}`;
    case 'undone':
      return 'took the last change back';
    case 'waiting':
      return 'asked for a change, which waits';
    case 'repaired':
      return 'began a repair';
    case 'repair-lifted':
      return 'lifted a repair';
    case 'labels-asked':
      return 'asked people for labels';
    case 'response-held':
      return 'asked for a response and was held back';
    case 'approval-refused':
      return 'answered an approval that does not wait';
    case 'undo-refused':
      return 'asked to take a change back, which cannot be';
    case 'step-asked':
      return 'asks whether a run may go on';
    case 'step-approved':
      return 'let a run go on';
    case 'step-rejected':
      return 'said no to a run';
    case 'tagged':
    case 'noted':
    case 'alias-moved':
    case 'version-approved':
    case 'version-rejected':
    case 'version-deprecated':
    case 'version-archived':
    case 'version-restored':
    case 'version-deleted':
    case 'retire-started':
    case 'retire-step':
    case 'retire-ended':
    case 'retired':
    case 'returned':
      return lifeDeed(action, from, to);
    default:
      return rolloutDeed(action, to);
  }
}

function rolloutDeed(action: RolloutAction, to: number | null): string {
  switch (action) {
    case 'rollout-started':
      return `began to roll out version ${to}`;
    case 'weight-moved':
      return `changed the share of version ${to}`;
    case 'rollout-paused':
      return `paused the rollout of version ${to}`;
    case 'rollout-resumed':
      return `let the rollout of version ${to} go on`;
    case 'analysis-passed':
      return `found nothing against version ${to}`;
    case 'analysis-failed':
      return `did not let version ${to} pass`;
    case 'rollout-ended':
      return `ended the rollout of version ${to}`;
    case 'rollout-refused':
      return 'asked something of a rollout, which cannot be';
  }
}

type LifeAction = Extract<
  LedgerAction,
  | `version-${string}`
  | `retire-${string}`
  | 'tagged'
  | 'noted'
  | 'alias-moved'
  | 'retired'
  | 'returned'
>;

function lifeDeed(action: LifeAction, from: number | null, to: number | null): string {
  const of = to === null ? 'the model' : `version ${to}`;
  switch (action) {
    case 'tagged':
      return `tagged ${of}`;
    case 'noted':
      return `noted on ${of}`;
    case 'alias-moved':
      return to === null
        ? `took an alias from version ${from}`
        : `moved an alias to version ${to}${from === null ? '' : ` from version ${from}`}`;
    case 'version-approved':
      return `approved of version ${to}`;
    case 'version-rejected':
      return `rejected version ${to}`;
    case 'version-deprecated':
      return `deprecated version ${to}`;
    case 'version-archived':
      return `archived version ${to}`;
    case 'version-restored':
      return `brought version ${to} back into use`;
    case 'version-deleted':
      return `deleted version ${to}`;
    case 'retire-started':
      return 'began to retire the model';
    case 'retire-step':
      return 'went on retiring the model';
    case 'retire-ended':
      return 'gave up retiring the model';
    case 'retired':
      return `retired the model${from === null ? '' : `, taking version ${from} out of service`}`;
    case 'returned':
      return 'took the model back into use';
  }
}

/** A pipeline acts under what triggered its run. */
const RUN_OF: Readonly<Record<string, string>> = {
  manual: 'a run by hand',
  schedule: 'a scheduled run',
  retrain: 'a retraining run',
};

function actorName(actor: string): string {
  const [kind, name] = actor.split(/:(.*)/s);
  if (kind === 'user' && name !== undefined) return name;
  if (kind === 'schedule' && name !== undefined) return `the schedule of ${name}`;
  if (actor === 'monitor' || kind === 'monitor') return 'the monitor';
  if (kind === 'run' && name !== undefined) return RUN_OF[name] ?? `run ${name.slice(0, 13)}`;
  return actor;
}
