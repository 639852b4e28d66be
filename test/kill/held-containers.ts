import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stepAt } from './hold-files.js';
import type { StepPoint } from './step-points.js';

const IMAGE = 'registry.test/tools:1';

/**
 * Says in its log that it has begun, and whether a command of an earlier attempt still runs. Told to
 * stay, it waits until it may go, with a child of its own, and does not listen to SIGTERM.
 */
const STEP = `
company=alone
own=$(ps -o pgid= -p $$ | tr -d ' ')
ps -ww -eo pgid=,stat=,args= | while read -r group state words; do
  case "$words" in
    *"$MILLRACE_BASE_DIRECTORY/step.sh $1 $2 $3"*) if [ "$group" != "$own" ] && [ "\${state#Z}" = "$state" ]; then echo beside; fi ;;
  esac
done | grep -q beside && company=beside
echo "begun $company"
stays=no
case "$2" in *" $MILLRACE_ATTEMPT "*) stays=yes ;; esac
if [ $stays = yes ]; then
  trap '' TERM
  sleep 1000 &
  until [ -e "$MILLRACE_BASE_DIRECTORY/go.$3" ]; do sleep 0.1; done
fi
echo '{"values": {"attempt": '"$MILLRACE_ATTEMPT"'}}' > outputs.json
`;

/** What a worker is given whose containers the stand-in for the docker command line runs. */
export function standInVariables(directory: string): { readonly [name: string]: string } {
  return {
    MILLRACE_DOCKER: resolve('test/support/stand-ins/docker.mjs'),
    STAND_IN_STATE: join(directory, 'engine'),
  };
}

/** Makes in a directory what the runs of {@link containerPipeline} need there. */
export function prepareContainers(directory: string): void {
  mkdirSync(join(directory, 'engine', 'containers'), { recursive: true });
  writeFileSync(join(directory, 'engine', 'images.json'), JSON.stringify({ [IMAGE]: 'tools' }));
  writeFileSync(join(directory, 'step.sh'), STEP);
}

/** A step in a container for each point. */
export function containerPipeline(
  queue: string,
  points: readonly StepPoint[],
  staying: readonly number[] = [],
): string {
  const steps = points.map(({ name, reached }) => {
    const stays = [...(reached === 'runs' ? [1] : []), ...staying];
    return [
      stepAt('make', name),
      {
        run: ['sh', 'step.sh', stepAt('make', name), ` ${stays.join(' ')} `, queue],
        runner: { docker: { image: IMAGE } },
        queue,
        cache: false,
        retry: { maxAttempts: 5, initialInterval: '100ms', backoff: 1 },
      },
    ] as const;
  });
  return JSON.stringify({
    apiVersion: 'millrace/v1',
    name: queue,
    steps: Object.fromEntries(steps),
  });
}

/** Names of the containers that are there, whether they run or not. */
export function containersIn(directory: string): readonly string[] {
  const names = readdirSync(join(directory, 'engine', 'containers'));
  return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
}

/** Ends what is left of them, as there is where the test fails. */
export function endContainers(directory: string): void {
  for (const name of containersIn(directory)) {
    const file = join(directory, 'engine', 'containers', `${name}.json`);
    const { group } = JSON.parse(readFileSync(file, 'utf8')) as { readonly group?: number };
    try {
      if (group !== undefined) process.kill(-group, 'SIGKILL');
    } catch {
      // It is gone.
    }
  }
}

/** Of each attempt at a step whose command began, by its log: the attempt, and who was there. */
export function begunIn(
  logsDirectory: string,
  runId: string,
  stepId: string,
): readonly (readonly [number, string])[] {
  return [1, 2, 3].flatMap((attempt) => {
    const file = join(logsDirectory, 'runs', runId, `${stepId}.${attempt}.log`);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return [...text.matchAll(/^begun (\w+)$/gm)].map(
      ([, company = '']) => [attempt, company] as const,
    );
  });
}
