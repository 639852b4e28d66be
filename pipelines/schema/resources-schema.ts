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
  {
    disk: 'nothing bounds the disk: cpu, memory and gpu can be bounded',
    gpuType: 'send the step to workers that have it: queue: a100',
    requests: 'write cpu, memory and gpu here themselves',
    limits: 'write cpu, memory and gpu here themselves',
  },
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
