import {
  type LedgerAction,
  type LedgerEntry,
  type LifeAct,
  type LifeChange,
  MillraceError,
  type VersionRecord,
  type VersionReference,
} from '../../contracts/index.js';
import type { VersionState } from '../../models/registry/life/ports.js';
import { actLine } from './act-line.js';
import type { LifeDeps } from './change-version.js';
import { removeFiles } from './remove-files.js';

type StandingAct = Extract<LifeAct, { version: number; kind: keyof typeof RULES }>;

interface Rule {
  readonly action: LedgerAction;
  readonly to: Partial<Pick<VersionState, 'status' | 'approval'>>;
  /** Nothing may rest on the version. */
  readonly outOfUse: boolean;
  /** From which statuses it is not possible, and what to say. */
  readonly refuses: { readonly [status: string]: string };
}

const GONE = { deleted: 'it was deleted: its files are gone, and its number is not used again' };

const RULES = {
  approve: {
    action: 'version-approved',
    to: { approval: 'approved' },
    outOfUse: false,
    refuses: GONE,
  },
  reject: {
    action: 'version-rejected',
    to: { approval: 'rejected' },
    outOfUse: false,
    refuses: GONE,
  },
  deprecate: {
    action: 'version-deprecated',
    to: { status: 'deprecated' },
    outOfUse: false,
    refuses: { ...GONE, archived: 'it is archived, which is more' },
  },
  archive: {
    action: 'version-archived',
    to: { status: 'archived' },
    outOfUse: true,
    refuses: GONE,
  },
  restore: {
    action: 'version-restored',
    to: { status: 'ready' },
    outOfUse: false,
    refuses: { ...GONE, pending: 'it was never ready', failed: 'it was never ready' },
  },
  delete: { action: 'version-deleted', to: { status: 'deleted' }, outOfUse: true, refuses: {} },
} as const satisfies Record<string, Rule>;

/** Another person may change the version at the same moment; each try sees it as it is then. */
const TRIES = 20;

/**
 * Changes the status or the approval of a version. What still rests on it is found first: the champion,
 * aliases, rollouts and repairs keep it from being archived or deleted, the rest is only said.
 */
export async function changeStanding(
  deps: LifeDeps,
  act: StandingAct,
  record: VersionRecord,
): Promise<LifeChange> {
  const { model, version, kind } = act;
  const { life } = deps.registry;
  const rule: Rule = RULES[kind];
  const key = `${rule.action}/${act.requestId}`;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const seen = await life.state(model, version);
    if (seen === null) throw new MillraceError('Internal', `version ${version} went away`);
    const done = await life.line(model, key);
    const next = { ...seen, ...rule.to };
    const isSo = next.status === seen.status && next.approval === seen.approval;
    const references = await life.references(model, version);
    if (done !== null || isSo) return finished(deps, act, record, seen, done, references);
    requirePossible(act, rule, seen, references);
    const ledger = await actLine(deps, act, {
      key,
      action: rule.action,
      to: version,
      evidence: {
        before: { status: seen.status, approval: seen.approval },
        references: references.map(({ detail }) => detail),
      },
    });
    const { revision } = seen;
    const { status, approval } = next;
    const change = { model, version, revision, status, approval, ledger };
    if (await life.change({ ...change, unlessAliased: rule.outOfUse })) {
      return finished(deps, act, record, next, ledger, references);
    }
  }
  throw new MillraceError(
    'RegistryUnavailable',
    `version ${version} of ${model} is changed by others all the time`,
    'try again',
  );
}

/** A deletion that was cut short goes on where it stopped: files are removed again, by its repeat too. */
async function finished(
  deps: LifeDeps,
  { kind, model, version }: StandingAct,
  record: VersionRecord,
  { status, approval }: VersionState,
  ledger: LedgerEntry | null,
  references: readonly VersionReference[],
): Promise<LifeChange> {
  const files = kind === 'delete' ? await removeFiles(deps, record) : null;
  const standing = { status, approval };
  return { model, version, ledger, standing, alias: null, references, files };
}

function requirePossible(
  { kind, model, version }: StandingAct,
  rule: Rule,
  { status }: VersionState,
  references: readonly VersionReference[],
): void {
  const refused = rule.refuses[status];
  if (refused !== undefined) {
    throw new MillraceError('InvalidInput', `version ${version} of ${model}: ${refused}`);
  }
  const blocking = references.filter(({ blocks }) => blocks);
  if (!rule.outOfUse || blocking.length === 0) return;
  throw new MillraceError(
    'InvalidInput',
    `version ${version} of ${model} cannot be ${kind}d: ${blocking.map(({ detail }) => detail).join('; ')}`,
    'move away what rests on it first: promote another version, move its aliases, end the rollout',
  );
}
