import * as z from 'zod';
import type { ResourceSpec } from '../../contracts/index.js';
import { closed } from './closed.js';
import { bytes, readBytes } from './scalars.js';

export const resourcesSchema = closed(
  {
    cpu: z.number().gt(0).max(1_024).optional().describe('Threads of numerical libraries.'),
    memory: bytes.optional().describe('Address space of the process and of each that it starts.'),
    gpu: z.int().min(0).max(64).optional().describe('Devices of its own; 0 hides them all.'),
  },
  ['disk', 'gpuType', 'requests', 'limits'],
);

export function buildResources({
  cpu,
  memory,
  gpu,
}: z.infer<typeof resourcesSchema>): ResourceSpec {
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memoryBytes: readBytes(memory) }),
    ...(gpu !== undefined && { gpu }),
  };
}
