import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  MEDIA_TYPE,
  type ModelServer,
  type ModelSignature,
  type ServerCommand,
  type ServerManifest,
  type ServeSpec,
} from '../../../contracts/index.js';
import { packDirectory } from '../../../storage/artifacts/packed-directory.js';
import { newVersion } from '../registry/sample-records.js';
import { LINEAR, type World } from '../serving/serving-fixture.js';

export const SERVERS = fileURLToPath(new URL('../../fixtures/servers/', import.meta.url));

/** The command of a server of the fixtures. */
export function commandOf(script: string, over: Partial<ServerCommand> = {}): ServerCommand {
  return {
    kind: 'command',
    argv: ['python3', script, '{model}'],
    env: {},
    directory: SERVERS,
    model: null,
    startTimeoutMs: 30_000,
    ...over,
  };
}

/** A manifest of a model that a server answers for. */
export function manifestOf(
  server: Pick<ModelServer, 'place'> & Partial<ModelServer>,
  signature: ModelSignature = LINEAR,
): ServerManifest {
  return {
    format: 'millrace-model/1',
    task: signature.task,
    algorithm: 'served',
    hyperparameters: {},
    target: signature.output.name,
    seed: null,
    server: { protocol: 'invocations', timeoutMs: 10_000, ...server },
    signature,
    trainingData: null,
    trainingRows: 0,
    timeColumn: null,
    environment: {},
    evaluation: null,
  };
}

let registrations = 0;

/** Registers a version that a server answers for; its number. */
export async function registerServed(
  { registry, artifacts }: World,
  model: string,
  content: ServerManifest,
  serve?: ServeSpec,
): Promise<number> {
  registrations += 1;
  const plan = await artifacts.putJson({ name: 'sample', model, serve }, MEDIA_TYPE.plan);
  const { version } = await registry.registerVersion(
    `served-${registrations}/register`,
    { ...newVersion(model), plan, content },
    'test',
    'a version that a server answers for',
  );
  return version;
}

/** A directory as a step hands it on: the server of the fixtures and a factor for it. */
export async function packedModel({ artifacts, home }: World, factor: number) {
  const directory = join(home.workDir, `model-${factor}`);
  await mkdir(directory);
  await cp(join(SERVERS, 'linear.py'), join(directory, 'linear.py'));
  await writeFile(join(directory, 'factor.txt'), String(factor));
  const file = `${directory}.tar`;
  await packDirectory(directory, file);
  return artifacts.putFile(file, MEDIA_TYPE.tar);
}
