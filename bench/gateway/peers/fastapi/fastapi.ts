import { pythonEnvironment } from '../../../../setup/pinned-environment.mjs';
import type { Peer } from '../peer.js';
import { peerFile } from '../peer-file.js';

export const fastapi: Peer = {
  name: 'fastapi',
  title: 'FastAPI + onnxruntime + uvloop',
  path: () => '/invocations',
  body: (row) => ({ dataframe_records: [row] }),
  async prepare({ onnxFile, signatureFile }, port, env, note) {
    const program = await pythonEnvironment(peerFile('fastapi', 'requirements.txt'), { env, note });
    const args = [peerFile('fastapi', 'server.py'), onnxFile, signatureFile, String(port)];
    return { program, args };
  },
};
