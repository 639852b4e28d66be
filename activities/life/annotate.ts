import {
  type LedgerEntry,
  type LifeAct,
  type LifeChange,
  LONGEST_TAG_VALUE,
  MillraceError,
  TAG_PATTERN,
} from '../../contracts/index.js';
import { actLine } from './act-line.js';
import type { LifeDeps } from './change-version.js';

/** Sets tags and takes tags away: of a version, or of the model itself. */
export async function tagged(
  deps: LifeDeps,
  act: Extract<LifeAct, { kind: 'tag' }>,
): Promise<LifeChange> {
  for (const [tag, value] of Object.entries(act.tags)) requireTag(tag, value);
  const key = `tagged/${act.requestId}`;
  const present = await deps.registry.life.line(act.model, key);
  if (present !== null) return annotated(act, present);
  const tags = (await deps.registry.life.tags(act.model)).filter(
    ({ version }) => version === act.version,
  );
  const changes = Object.entries(act.tags).filter(
    ([name, value]) => (tags.find(({ tag }) => tag === name)?.value ?? null) !== value,
  );
  if (changes.length === 0) return annotated(act, null);
  const line = await actLine(deps, act, {
    key,
    action: 'tagged',
    to: act.version,
    evidence: { tags: { ...act.tags } },
  });
  await deps.registry.life.putTags(act.version, Object.fromEntries(changes), line);
  return annotated(act, line);
}

/** A note is the reason of its line. */
export async function noted(
  deps: LifeDeps,
  act: Extract<LifeAct, { kind: 'note' }>,
): Promise<LifeChange> {
  const key = `noted/${act.requestId}`;
  const line =
    (await deps.registry.life.line(act.model, key)) ??
    (await actLine(deps, act, { key, action: 'noted', to: act.version, evidence: {} }));
  await deps.registry.appendLedger(line);
  return annotated(act, line);
}

function annotated(act: LifeAct, ledger: LedgerEntry | null): LifeChange {
  const { model, version } = act;
  return { model, version, ledger, standing: null, alias: null, references: [], files: null };
}

function requireTag(tag: string, value: string | null): void {
  if (!TAG_PATTERN.test(tag)) {
    throw new MillraceError(
      'InvalidInput',
      `${JSON.stringify(tag)} cannot be the name of a tag`,
      'it begins with a letter or digit and has at most 100 of: letters, digits, . _ - /',
    );
  }
  if (value === null || value.length <= LONGEST_TAG_VALUE) return;
  throw new MillraceError(
    'InvalidInput',
    `the value of tag ${tag} has ${value.length} characters`,
    `a value has at most ${LONGEST_TAG_VALUE}; longer text belongs into a note`,
  );
}
