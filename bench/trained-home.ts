import { join } from 'node:path';
import { MillraceError } from '../contracts/index.js';
import { EXAMPLE_DIRECTORY, PIPELINE_FILE } from '../demo/stage.js';
import { openRegistryReader } from '../models/registry/index.js';
import { createHome } from '../storage/home/create-home.js';
import type { HomeLayout } from '../storage/home/layout.js';
import type { BenchContext } from './bench.js';
import { CLI, runProgram } from './spawned.js';
import { startStack } from './stack/running-stack.js';

const MODEL = 'bike-demand';

/** A state directory in which the demo's model is trained, is the champion and has its monitor. */
export interface TrainedHome {
  readonly home: HomeLayout;
  readonly model: string;
  readonly version: number;
  /** The environment in which commands find it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Trains the demo's model as a user would: `millrace up`, and `millrace run` on the example. */
export async function trainHome(
  context: Pick<BenchContext, 'directory' | 'env' | 'note'>,
): Promise<TrainedHome> {
  context.note('training the model of the demo');
  const home = await createHome(join(context.directory, 'trained', '.millrace'));
  const env = { ...context.env, MILLRACE_HOME: home.root };
  const stack = await startStack(env);
  try {
    await runProgram([CLI, 'run', PIPELINE_FILE, '--json'], { cwd: EXAMPLE_DIRECTORY, env });
  } finally {
    await stack.stop();
  }
  const registry = await openRegistryReader(home.registryFile);
  try {
    const champion = await registry.champion(MODEL);
    if (champion === null) throw new MillraceError('Internal', 'the example deployed no model');
    return { home, model: MODEL, version: champion.version, env };
  } finally {
    await registry.close();
  }
}
