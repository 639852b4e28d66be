import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MillraceError } from '../../contracts/index.js';
import { readHours } from '../../demo/weeks.js';
import { openRegistryReader } from '../../models/registry/index.js';
import { freePort } from '../../processes/network-ports.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { BenchContext } from '../bench.js';
import type { TrainedHome } from '../trained-home.js';
import type { HourRow } from './one-row.js';
import { startGateways } from './our-gateways.js';
import { fastapi, fastapiOfTwo } from './peers/fastapi/fastapi.js';
import { mlflow } from './peers/mlflow/mlflow.js';
import { mlserver } from './peers/mlserver/mlserver.js';
import type { Peer, ServedFiles } from './peers/peer.js';
import { type Server, serverLog, startServer } from './servers.js';

const PEERS: readonly Peer[] = [fastapi, fastapiOfTwo, mlserver, mlflow];

export interface StartedServers {
  readonly servers: readonly Server[];
  /** Of the peers that were asked for, those that could not be installed or started, and why. */
  readonly missing: readonly string[];
}

/** The gateway, the bare yardstick and the peers, all with the demo's model. */
export async function startServers(context: BenchContext): Promise<StartedServers> {
  const trained = await context.trainedHome();
  const files = await servedFiles(context, trained);
  const [hour] = await readHours();
  if (hour === undefined) throw new MillraceError('Internal', 'the example has no data');
  const started: Server[] = [];
  const missing: string[] = [];
  try {
    started.push(...(await startGateways(context, trained, files, hour.request)));
    started.push(await startBare(context, files, hour.request));
    for (const peer of chosenPeers(context.env)) {
      try {
        started.push(await startPeer(context, peer, files, hour.request));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        context.note(`${peer.title} is left out: ${why}`);
        missing.push(`${peer.title}: ${why}`);
      }
    }
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
  return { servers: started, missing };
}

/** `MILLRACE_BENCH_PEERS=fastapi,mlflow`: all of them by default, none where it is empty. */
function chosenPeers({ MILLRACE_BENCH_PEERS: named }: NodeJS.ProcessEnv): readonly Peer[] {
  if (named === undefined) return PEERS;
  const names = named.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !PEERS.some((peer) => peer.name === name));
  if (unknown.length > 0) {
    throw new MillraceError(
      'InvalidInput',
      `MILLRACE_BENCH_PEERS names ${unknown.join(', ')}`,
      `there are ${PEERS.map(({ name }) => name).join(', ')}`,
    );
  }
  return PEERS.filter(({ name }) => names.includes(name));
}

async function servedFiles(
  context: BenchContext,
  { home, model, version }: TrainedHome,
): Promise<ServedFiles> {
  const directory = join(context.directory, 'gateway');
  await mkdir(directory, { recursive: true });
  const registry = await openRegistryReader(home.registryFile);
  try {
    const record = await registry.version(model, version);
    const onnx = record?.content.onnx;
    if (record === null || onnx === undefined) {
      throw new MillraceError('Internal', 'the trained version is gone');
    }
    const { signature } = record.content;
    const signatureFile = join(directory, 'signature.json');
    await writeFile(signatureFile, JSON.stringify(signature));
    const onnxFile = await createLocalArtifactStore(home.artifactsDir).localPath(onnx);
    return { model, version, signature, onnxFile, signatureFile, directory };
  } finally {
    await registry.close();
  }
}

async function startBare(
  { env }: BenchContext,
  { onnxFile, signatureFile, directory }: ServedFiles,
  row: HourRow,
): Promise<Server> {
  const port = await freePort();
  const program = fileURLToPath(new URL('./bare-main.js', import.meta.url));
  const what = {
    name: 'bare',
    title: 'bare node:http + onnxruntime',
    url: `http://127.0.0.1:${port}/`,
    body: JSON.stringify({ dataframe_records: [row] }),
  };
  return await startServer(what, {
    program: process.execPath,
    args: ['--max-semi-space-size=8', program, onnxFile, signatureFile, String(port)],
    env: { ...env, MALLOC_ARENA_MAX: '2' },
    logFile: serverLog(directory, 'bare'),
  });
}

async function startPeer(
  { env, note }: BenchContext,
  peer: Peer,
  files: ServedFiles,
  row: HourRow,
): Promise<Server> {
  const port = await freePort();
  const { program, args, env: own } = await peer.prepare(files, port, env, note);
  const what = {
    name: peer.name,
    title: peer.title,
    url: `http://127.0.0.1:${port}${peer.path(files)}`,
    body: JSON.stringify(peer.body(row, files.signature)),
  };
  const logFile = serverLog(files.directory, peer.name);
  return await startServer(what, { program, args, env: { ...env, ...own }, logFile });
}
