import {
  ALIAS_PATTERN,
  type AliasRecord,
  isReservedAlias,
  type LedgerEntry,
  type LifeAct,
  type LifeChange,
  MillraceError,
} from '../../contracts/index.js';
import { actLine } from './act-line.js';
import type { LifeDeps } from './change-version.js';

type AliasAct = Extract<LifeAct, { kind: 'alias' }>;

/** Others may move the alias at the same moment; each try sees where it is then. */
const TRIES = 20;

/**
 * Points an alias to a version, or takes it away. With `expect` it is moved only from there: of two
 * who expect the same, one is told that the other was first.
 */
export async function moveNamedAlias(deps: LifeDeps, act: AliasAct): Promise<LifeChange> {
  const { model, alias, version, expect } = act;
  const { life } = deps.registry;
  requireFreeAlias(alias);
  if (!ALIAS_PATTERN.test(alias)) {
    throw new MillraceError(
      'InvalidInput',
      `${JSON.stringify(alias)} cannot be an alias`,
      'take small letters and digits, with - or _ between them, such as blue-team',
    );
  }
  await requireUsable(deps, act);
  const key = `alias/${alias}/${act.requestId}`;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const done = await life.line(model, key);
    if (done !== null) return moved(act, done, await at(deps, act));
    const number = (await life.aliasNumber(model, alias)) + 1;
    const from = (await at(deps, act))?.version ?? null;
    if (expect !== undefined && expect !== from) throw otherwise(act, from);
    if (from === version) return moved(act, null, await at(deps, act));
    const evidence = { alias, number };
    const line = await actLine(deps, act, {
      key,
      action: 'alias-moved',
      from,
      to: version,
      evidence,
    });
    if (await life.moveAlias({ model, alias, version, number, ledger: line })) {
      return moved(act, line, await at(deps, act));
    }
  }
  throw new MillraceError(
    'RegistryUnavailable',
    `the alias ${alias} of ${model} is moved by others all the time`,
    'try again, with --expect to see who is first',
  );
}

async function at({ registry }: LifeDeps, { model, alias }: AliasAct): Promise<AliasRecord | null> {
  const aliases = await registry.life.aliases(model);
  return aliases.find((known) => known.alias === alias) ?? null;
}

async function requireUsable({ registry }: LifeDeps, { model, version }: AliasAct): Promise<void> {
  if (version === null) return;
  const state = await registry.life.state(model, version);
  if (state?.status !== 'archived' && state?.status !== 'deleted') return;
  throw new MillraceError(
    'InvalidInput',
    `version ${version} of ${model} is ${state.status}: no alias can point to it`,
    state.status === 'archived' ? `millrace models restore ${model}@${version} brings it back` : '',
  );
}

function moved(act: AliasAct, ledger: LedgerEntry | null, alias: AliasRecord | null): LifeChange {
  const { model, version } = act;
  return { model, version, ledger, standing: null, alias, references: [], files: null };
}

function otherwise({ model, alias, expect }: AliasAct, from: number | null): MillraceError {
  const named = (version: number | null | undefined): string =>
    version == null ? 'no version' : `version ${version}`;
  return new MillraceError(
    'InvalidInput',
    `the alias ${alias} of ${model} points to ${named(from)}, not to ${named(expect)}: it was not moved`,
    'somebody else moved it: look again, then say what you expect now',
  );
}

function requireFreeAlias(alias: string): void {
  if (alias === 'champion') {
    throw new MillraceError(
      'InvalidInput',
      'the champion is what is in production: an alias command does not move it',
      'millrace promote NAME@VERSION makes a version the champion, millrace rollback NAME brings the one before back',
    );
  }
  if (!isReservedAlias(alias)) return;
  throw new MillraceError(
    'InvalidInput',
    `${alias} cannot be an alias: latest, numbers and v with a number name versions by themselves`,
    'take a word, such as staging',
  );
}
