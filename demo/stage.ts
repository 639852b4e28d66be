import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBackgroundStack } from '../cli/stack/background.js';
import { DEFAULT_IDLE_MS } from '../cli/stack/idle.js';
import { installedPrograms } from '../cli/stack/installed.js';
import type { StackState } from '../cli/stack/stack-file.js';
import { stopStack } from '../cli/stack/stop-stack.js';
import { MillraceError } from '../contracts/index.js';
import { openRegistryReader, registryPlace } from '../models/registry/index.js';
import type { RegistryReader } from '../models/registry/ports.js';
import { packageRoot } from '../setup/places.mjs';
import { createHome } from '../storage/home/create-home.js';
import { type HomeLayout, homeLayout } from '../storage/home/layout.js';
import { connectTemporal, type TemporalClient } from '../temporal/connection.js';

/** Where the example lives; its state directory is beside its pipeline, so that commands find it. */
export const EXAMPLE_DIRECTORY = join(packageRoot(), 'pipelines', 'examples', 'bike-demand');
export const PIPELINE_FILE = join(EXAMPLE_DIRECTORY, 'bike-demand.yaml');

/** Written into a state directory that the demo made and may therefore throw away. */
const MARK = 'made-by-demo';

/** The whole of millrace running over a fresh state directory. */
export interface Stage {
  readonly home: HomeLayout;
  readonly stack: StackState;
  readonly gateway: string;
  readonly temporal: TemporalClient;
  readonly registry: RegistryReader;
  /** Stops every process; what the registry holds stays to be looked at. */
  close(): Promise<void>;
}

/** The demo is a world of its own: it never writes to a server that somebody else uses. */
const FOREIGN = /^(TEMPORAL_|MILLRACE_REGISTRY)/;

/**
 * Starts server, worker and gateway on free ports over a state directory without a past.
 *
 * @throws MillraceError `InvalidInput` when the state directory there was not made by the demo
 */
export async function openStage(note: (text: string) => void): Promise<Stage> {
  const home = await freshHome(note);
  const programs = installedPrograms();
  const options = { home, programs, temporalPort: 0, gatewayPort: 0, idleMs: DEFAULT_IDLE_MS };
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const env: NodeJS.ProcessEnv = Object.fromEntries(kept);
  const stack = await startBackgroundStack(options, env);
  const close = async (): Promise<void> => {
    await stopStack(home, () => undefined);
  };
  try {
    const temporal = await connectTemporal({ address: stack.temporalAddress, env });
    const registry = await openRegistryReader(registryPlace(home, env));
    return {
      home,
      stack,
      gateway: requireGateway(stack),
      temporal,
      registry,
      async close() {
        await registry.close();
        await temporal.connection.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freshHome(note: (text: string) => void): Promise<HomeLayout> {
  const home = homeLayout(join(EXAMPLE_DIRECTORY, '.millrace'));
  if (existsSync(home.root)) {
    if (!existsSync(join(home.root, MARK))) {
      throw new MillraceError(
        'InvalidInput',
        `${home.root} holds the state of runs that the demo did not make`,
        'move it away, or run the demo in another clone',
      );
    }
    await stopStack(home, note);
    rmSync(home.root, { recursive: true, force: true });
  }
  const made = await createHome(home.root);
  writeFileSync(join(home.root, MARK), 'npm run demo makes this directory anew each time\n');
  return made;
}

function requireGateway({ gatewayAddress }: StackState): string {
  if (gatewayAddress === null) {
    throw new MillraceError('ServiceUnavailable', 'the gateway of the demo did not start');
  }
  return gatewayAddress;
}
