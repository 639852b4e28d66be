import { type LedgerEntry, MEDIA_TYPE, type VersionRecord } from '../../contracts/index.js';
import { clipped, LONGEST } from './limits.js';
import type { MirrorPass } from './ports.js';
import { digestOf, type RemoteRun } from './remote-run.js';
import { sendText } from './run-files.js';

/** The lines of the ledger that tell of a version, as a file beside it. */
export async function mirrorLedger(
  pass: MirrorPass,
  run: RemoteRun,
  folder: string,
  ledger: readonly LedgerEntry[],
): Promise<void> {
  const text = ledger.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (text !== '') await sendText(pass, run, `${folder}/ledger.ndjson`, text, MEDIA_TYPE.ndjson);
}

/** What people noted of a version, below what it is, as its description. */
export async function mirrorNotes(
  pass: MirrorPass,
  version: VersionRecord,
  number: string,
  notes: readonly LedgerEntry[],
): Promise<void> {
  const { mirror } = pass.registry;
  const item = `notes/${version.model}/${version.version}`;
  const description = clipped(describedBy(version, notes), LONGEST.description);
  const digest = digestOf(description);
  const known = await mirror.item(pass.target.name, item);
  // A version is made with the first line as its description.
  if (known?.digest === digest || (known === null && notes.length === 0)) return;
  await pass.client.send(
    'writing the notes of a version',
    'model-versions/update',
    { name: version.model, version: number, description },
    'PATCH',
  );
  await mirror.putItem(pass.target.name, item, { state: 'written', digest, remote: null });
}

/** A version in a line, and what was noted of it, oldest first. */
export function describedBy(
  { version, runId }: VersionRecord,
  notes: readonly LedgerEntry[] = [],
): string {
  const told = notes.map(({ at, actor, reason }) => `${at.slice(0, 10)} ${actor}: ${reason}`);
  return [`Version ${version} in millrace, of run ${runId}.`, ...told].join('\n\n');
}

/** Whether a line of the ledger tells of a version. */
export function tellsOf({ from, to }: LedgerEntry, version: number): boolean {
  return from === version || to === version;
}
