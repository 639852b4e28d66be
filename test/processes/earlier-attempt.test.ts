import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { livingMembers } from '../../processes/process-identity.js';
import { createProcessRunner } from '../../processes/process-runner.js';
import { groupLives } from '../support/group-lives.js';
import { eventually, stepBench } from './step-bench.js';

const bench = stepBench();

/** Names its group, ignores every signal that asks, and goes on with a child of its own. */
const STUCK = `trap '' TERM HUP INT
sleep 1000 &
echo $$ > "$MILLRACE_BASE_DIRECTORY/group.new" && mv "$MILLRACE_BASE_DIRECTORY/group.new" "$MILLRACE_BASE_DIRECTORY/group"
while true; do sleep 0.05; done`;

it('ends the stuck process of an attempt that was given up before the next one begins', async () => {
  const { base, home, artifacts, shell } = bench();
  // Its worker hangs: nobody aborts it.
  const first = shell(STUCK, { attempt: 1 }).catch((error: Error) => error);
  const group = await eventually(() =>
    readFile(join(base, 'group'), 'utf8').then(Number, () => null),
  );
  expect((await livingMembers(group)).length).toBeGreaterThan(1);

  const other = createProcessRunner({ home, artifacts, logger: pino({ level: 'silent' }) });
  try {
    const { values } = await other.run({
      runId: '01890a5d-ac96-774b-bcce-b302099a8057',
      stepId: 's',
      attempt: 2,
      // It would see the first attempt's processes, if they were still there.
      argv: [
        `${groupLives(group)} && alive=true || alive=false
         echo "{\\"values\\": {\\"beside\\": $alive}}" > outputs.json`,
      ],
      shell: true,
      baseDirectory: base,
      values: {},
      artifacts: {},
      env: {},
      signal: new AbortController().signal,
      killAfterMs: 5_000,
      onProgress: () => undefined,
    });
    expect(values).toEqual({ beside: false });
    expect(await livingMembers(group)).toEqual([]);
    // The first one learns of its end; what it wrote lies in a directory that nobody reads.
    expect(await first).toMatchObject({ type: 'StepProcessFailed' });
  } finally {
    await other.close();
  }
});

it('does not begin the command of an attempt that a later one has overtaken', async () => {
  const { base, home, shell } = bench();
  const late = shell('touch "$MILLRACE_BASE_DIRECTORY/begun"; echo {} > outputs.json', {
    // Its group is on record by then: a later attempt that is not seen here sees it there.
    isLatest: async () => readdirSync(join(home.runtimeDir, 'groups')).length === 0,
  });
  await expect(late).rejects.toMatchObject({
    message: 'step s: this attempt came too late, its command was not begun',
  });
  expect(existsSync(join(base, 'begun'))).toBe(false);
  expect(readdirSync(join(home.runtimeDir, 'groups'))).toEqual([]);
});
