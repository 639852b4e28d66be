import type {
  LedgerEntry,
  RootCause,
  VersionRecord,
  WindowMeasurement,
} from '../../../contracts/index.js';
import { counted } from './words.js';

/** Versions before and after the last switch; `null` where one is not known. */
export interface DeployedVersions {
  readonly current: VersionRecord | null;
  readonly previous: VersionRecord | null;
}

/** The last switch of the champion, while the version counts as freshly deployed. */
export function deployCauses(
  { version, windowsSinceDeploy }: WindowMeasurement,
  ledger: readonly LedgerEntry[],
  versions: DeployedVersions,
  postDeployWindows: number,
): readonly RootCause[] {
  const line = lastSwitch(ledger);
  if (line === null || line.to !== version || windowsSinceDeploy > postDeployWindows) return [];
  const how = line.action === 'rolled-back' ? 'came back' : 'became champion';
  const instead = line.from === null ? '' : `, in place of version ${line.from}`;
  const when =
    windowsSinceDeploy <= 1
      ? 'in this window or the one before'
      : `${counted(windowsSinceDeploy, 'window')} ago`;
  const overridden = ledger.some(({ action, to }) => action === 'gate-overridden' && to === version)
    ? '; its gate had said no and was overridden'
    : '';
  return [
    {
      what: 'deploy',
      name: `version ${version}`,
      detail: `version ${version} ${how} ${when}${instead}${differences(versions)}${overridden}`,
      since: line.asOf,
    },
  ];
}

/** The line that made the present champion; `null` before the first. */
export function lastSwitch(ledger: readonly LedgerEntry[]): LedgerEntry | null {
  const switches: readonly string[] = ['promoted', 'rolled-back', 'compensated'];
  return ledger.findLast(({ action }) => switches.includes(action)) ?? null;
}

function digest({ trainingData }: VersionRecord['content']): string {
  return trainingData?.sha256.slice(0, 8) ?? 'none';
}

function differences({ current, previous }: DeployedVersions): string {
  if (current === null || previous === null) return '';
  const [now, then] = [current.content, previous.content];
  const found = [
    now.trainingData?.sha256 === then.trainingData?.sha256
      ? null
      : `other data (${then.trainingRows} rows then, ${now.trainingRows} now; ${digest(then)} → ${digest(now)})`,
    now.algorithm === then.algorithm ? null : `${now.algorithm} instead of ${then.algorithm}`,
    current.planHash === previous.planHash ? null : 'another pipeline',
    sameLibraries(now.environment, then.environment) ? null : 'other libraries',
  ].filter((difference) => difference !== null);
  return found.length === 0 ? '' : `: ${found.join(', ')}`;
}

function sameLibraries(
  a: VersionRecord['content']['environment'],
  b: VersionRecord['content']['environment'],
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
