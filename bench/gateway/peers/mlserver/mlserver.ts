import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../../../../processes/network-ports.js';
import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import { inferBody } from '../../one-row.js';
import type { Peer } from '../peer.js';
import { peerFile } from '../peer-file.js';

/** Without workers of its own: for a model this small they cost more than they give, and memory. */
const SETTINGS = { host: '127.0.0.1', parallel_workers: 0, debug: false };

export const mlserver: Peer = {
  name: 'mlserver',
  title: 'MLServer',
  path: ({ model }) => `/v2/models/${model}/infer`,
  body: (row, signature) => inferBody(row, signature),
  async prepare({ model, onnxFile, signatureFile, directory }, port, env, note) {
    const requirements = peerFile('mlserver', 'requirements.txt');
    const python = await pythonEnvironment(requirements, { env, note });
    const [grpcPort, metricsPort] = [await freePort(), await freePort()];
    const models = join(directory, 'mlserver');
    await mkdir(join(models, model), { recursive: true });
    const settings = {
      ...SETTINGS,
      http_port: port,
      grpc_port: grpcPort,
      metrics_port: metricsPort,
    };
    await writeFile(join(models, 'settings.json'), JSON.stringify(settings));
    await writeFile(
      join(models, model, 'model-settings.json'),
      JSON.stringify({
        name: model,
        implementation: 'runtime.OnnxRuntime',
        parameters: { version: '1', extra: { model: onnxFile, signature: signatureFile } },
      }),
    );
    return {
      program: python,
      // Its own command names the directory that the environment was made in, before it was moved.
      args: ['-c', 'from mlserver.cli import main; main()', 'start', models],
      env: { PYTHONPATH: dirname(peerFile('mlserver', 'runtime.py')) },
    };
  },
};
