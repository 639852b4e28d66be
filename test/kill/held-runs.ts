import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { groupLives } from '../support/group-lives.js';
import { type HOLDING, stepAt } from './hold-files.js';
import type { StepPoint } from './step-points.js';

const run = promisify(execFile);

/** A point, and which of its two steps stands still there. */
export interface HeldPoint extends StepPoint {
  readonly held: string;
  readonly other: string;
}

export type HoldingVariables = {
  readonly [name in (typeof HOLDING)[keyof typeof HOLDING]]: string;
};

/** Beginnings of a step's command, one a line: the attempt, its process group, who was there. */
const BEGINNINGS = 'beginnings';

/**
 * Notes that it has begun, and whether the process of an earlier attempt still runs. Told to stay, a
 * first attempt then waits, with a child of its own, until it may go, and does not listen to SIGTERM.
 * It makes an artifact, of what it reads if it reads something, and tells of a metric twice.
 */
const STEP = `
me="$MILLRACE_BASE_DIRECTORY/${BEGINNINGS}/$MILLRACE_RUN_ID.$MILLRACE_STEP"
company=alone
for group in $(cut -d ' ' -f 2 "$me" 2> /dev/null); do
  ${groupLives('"$group"')} && company=beside
done
echo "$MILLRACE_ATTEMPT $$ $company" >> "$me"
if [ "$MILLRACE_ATTEMPT $2" = '1 stays' ]; then
  trap '' TERM
  sleep 1000 &
  until [ -e "$MILLRACE_BASE_DIRECTORY/go.$3" ]; do sleep 0.1; done
fi
echo '{"metrics": {"attempt": '"$MILLRACE_ATTEMPT"'}}' >&3
made=$(sed -n 's/.*"path": "\\(.*\\)".*/\\1/p' inputs.json)
if [ -n "$made" ]; then cat "$made"; else echo "$1"; fi > outputs/made.txt
echo '{"metrics": {"attempt": '"$MILLRACE_ATTEMPT"'}}' >&3
echo '{"artifacts": {"made": "outputs/made.txt"}, "metrics": {"rows": 1}}' > outputs.json
`;

/** Lets the commands of a run that were told to stay go on. */
export function letGo(directory: string, queue: string): void {
  writeFileSync(join(directory, `go.${queue}`), '');
}

/** Makes in a directory what the runs of {@link heldPipeline} need there. */
export function prepareHeldRuns(directory: string): void {
  mkdirSync(join(directory, BEGINNINGS));
  writeFileSync(join(directory, 'step.sh'), STEP);
}

/** Two steps for each point: one makes what the other reads. */
export function heldPipeline(queue: string, points: readonly HeldPoint[]): string {
  const steps = points.flatMap(({ name, reached, held }) => {
    const [make, read] = [stepAt('make', name), stepAt('read', name)];
    const step = (id: string) => ({
      run: ['sh', 'step.sh', name, id === held && reached === 'runs' ? 'stays' : 'goes', queue],
      queue,
      cache: false,
      retry: { maxAttempts: 5, initialInterval: '100ms', backoff: 1 },
      // The next attempt leaves this one the time in which it is asked to end.
      ...(id === held &&
        name === 'asked to end' && {
          timeout: '5s',
          retry: { maxAttempts: 5, initialInterval: '10s', backoff: 1 },
        }),
    });
    return [
      [make, step(make)],
      [read, { ...step(read), with: { data: `\${steps["${make}"].made}` } }],
    ] as const;
  });
  return JSON.stringify({
    apiVersion: 'millrace/v1',
    name: queue,
    steps: Object.fromEntries(steps),
  });
}

/** Processes of a run's steps, those behind their gate too, as the system lists them. */
export async function commandsOf(directory: string, queue: string): Promise<readonly string[]> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'stat=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(join(directory, 'step.sh')) && line.endsWith(` ${queue}`))
    .filter((line) => !line.startsWith('Z'));
}

export interface Beginning {
  readonly attempt: number;
  readonly group: number;
  /** `beside` where an earlier attempt's process still ran. */
  readonly company: string;
}

/** How often a step's command began. */
export function beginningsOf(directory: string, runId: string, stepId: string): Beginning[] {
  const file = join(directory, BEGINNINGS, `${runId}.${stepId}`);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [attempt, group, company = ''] = line.split(' ');
    return { attempt: Number(attempt), group: Number(group), company };
  });
}
