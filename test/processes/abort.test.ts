import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { livingMembers } from '../../processes/process-identity.js';
import { script, stepBench, textOf } from './step-bench.js';

const bench = stepBench();

/** Starts a child and a grandchild, tells the group, and waits. `$1` runs first in each. */
const FAMILY = `#!/bin/sh
eval "$1"
sh -c "$1; sleep 1000 & wait" &
echo $$ > "$MILLRACE_BASE_DIRECTORY/group.new"; mv "$MILLRACE_BASE_DIRECTORY/group.new" "$MILLRACE_BASE_DIRECTORY/group"
wait; sleep 1000
`;

async function startFamily(setUp: string, killAfterMs: number) {
  await script(bench(), 'family', FAMILY);
  const controller = new AbortController();
  const running = bench().run(['./family', setUp], { signal: controller.signal, killAfterMs });
  running.catch(() => undefined);
  const group = Number(await textOf(join(bench().base, 'group')));
  return { controller, running, group };
}

it('ends the whole group with SIGTERM and rejects with the reason', async () => {
  const { controller, running, group } = await startFamily(':', 60_000);
  expect((await livingMembers(group)).length).toBeGreaterThan(1);
  controller.abort(new Error('the run was cancelled'));
  await expect(running).rejects.toThrow('the run was cancelled');
  expect(await livingMembers(group)).toEqual([]);
});

it('kills a group that ignores SIGTERM', async () => {
  const { controller, running, group } = await startFamily(`trap '' TERM`, 50);
  controller.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
  expect(await livingMembers(group)).toEqual([]);
});

it('gives a step the time to tidy up', async () => {
  const tidy = `trap 'echo tidy > "$MILLRACE_BASE_DIRECTORY/tidied"; exit 0' TERM`;
  const { controller, running } = await startFamily(tidy, 60_000);
  controller.abort(new Error('cancelled'));
  await expect(running).rejects.toThrow('cancelled');
  expect(await readFile(join(bench().base, 'tidied'), 'utf8')).toBe('tidy\n');
});

it('does not start what was aborted before', async () => {
  const signal = AbortSignal.abort(new Error('too late'));
  const run = bench().shell('touch "$MILLRACE_BASE_DIRECTORY/ran"', { signal });
  await expect(run).rejects.toThrow('too late');
  await expect(readFile(join(bench().base, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('ends what runs when the runner is closed', async () => {
  const { running, group } = await startFamily(`trap '' TERM`, 60_000);
  await bench().runner.close();
  await expect(running).rejects.toMatchObject({ type: 'StepProcessFailed' });
  expect(await livingMembers(group)).toEqual([]);
});
