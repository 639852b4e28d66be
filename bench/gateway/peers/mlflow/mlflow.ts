import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { ModelSignature } from '../../../../contracts/index.js';
import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import type { HourRow } from '../../one-row.js';
import type { Peer } from '../peer.js';
import { peerFile } from '../peer-file.js';

export const mlflow: Peer = {
  name: 'mlflow',
  title: 'mlflow models serve, tensors',
  path: () => '/invocations',
  // As tensors, the faster of the forms that it takes: with a data frame it is several times slower.
  body: (row, signature) => ({
    inputs: {
      numeric: [valuesOf(row, signature, 'numeric').map(Number)],
      categorical: [valuesOf(row, signature, 'categorical').map(String)],
    },
  }),
  async prepare({ onnxFile, signatureFile, directory }, port, env, note) {
    const program = await pythonEnvironment(peerFile('mlflow', 'requirements.txt'), { env, note });
    const saved = join(directory, 'mlflow');
    const save = [peerFile('mlflow', 'save.py'), onnxFile, signatureFile, saved];
    const serve = ['-m', 'mlflow', 'models', 'serve', '--model-uri', saved];
    await promisify(execFile)(program, save, { env });
    return {
      program,
      args: [...serve, '--host', '127.0.0.1', '--port', String(port), '--env-manager', 'local'],
      env: { PATH: `${await uvicornByName(directory, program)}${delimiter}${env['PATH'] ?? ''}` },
    };
  },
};

/** MLflow starts uvicorn by its name, and the environment was moved after its command was written. */
async function uvicornByName(directory: string, python: string): Promise<string> {
  const commands = join(directory, 'mlflow-commands');
  await mkdir(commands, { recursive: true });
  const script = `#!/bin/sh\nexec '${python}' -m uvicorn "$@"\n`;
  await writeFile(join(commands, 'uvicorn'), script, { mode: 0o755 });
  return commands;
}

function valuesOf(row: HourRow, { inputs }: ModelSignature, tensor: string): readonly unknown[] {
  return inputs.filter((input) => input.tensor === tensor).map(({ name }) => row[name] ?? null);
}
