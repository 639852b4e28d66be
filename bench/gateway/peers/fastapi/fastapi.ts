import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import type { Peer } from '../peer.js';
import { peerFile } from '../peer-file.js';

const TITLE = 'FastAPI + onnxruntime + uvloop';

export const fastapi: Peer = ofWorkers('fastapi', TITLE, 1);
/** What our gateway of two processes is to be read beside. */
export const fastapiOfTwo: Peer = ofWorkers('fastapi-2', `${TITLE}, two workers`, 2);

function ofWorkers(name: string, title: string, workers: number): Peer {
  return {
    name,
    title,
    path: () => '/invocations',
    body: (row) => ({ dataframe_records: [row] }),
    async prepare({ onnxFile, signatureFile }, port, env, note) {
      const requirements = peerFile('fastapi', 'requirements.txt');
      const program = await pythonEnvironment(requirements, { env, note });
      const server = peerFile('fastapi', 'server.py');
      const args = [server, onnxFile, signatureFile, String(port)];
      // By uvicorn's own variable.
      return { program, args, env: { WEB_CONCURRENCY: String(workers) } };
    },
  };
}
