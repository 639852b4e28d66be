import { MODEL_MEMORY_BYTES } from '../memory/memory-budget.js';
import { BODY_LIMIT_BYTES, HELD_BYTES, type ServerLimits } from '../server.js';
import { PROCESS_NUMBER } from './messages.js';

/** Which of several processes of a gateway this one is, from 1; `null`: it is the only one. */
export function processNumber(env: NodeJS.ProcessEnv): number | null {
  const number = env[PROCESS_NUMBER];
  return number === undefined || process.send === undefined ? null : Number(number);
}

/** Limits of memory that hold for a whole gateway. */
export interface MemoryLimits extends Pick<ServerLimits, 'bodyLimitBytes' | 'maxHeldBytes'> {
  readonly modelMemoryBytes?: number;
}

/** What one of its processes may use of them; a body of the largest size is always held. */
export function shareOfMemory(limits: MemoryLimits, processes: number) {
  const { modelMemoryBytes = MODEL_MEMORY_BYTES, maxHeldBytes = HELD_BYTES } = limits;
  const { bodyLimitBytes = BODY_LIMIT_BYTES } = limits;
  const heldBytes = Math.min(maxHeldBytes, Math.max(bodyLimitBytes, maxHeldBytes / processes));
  return {
    modelMemoryBytes: Math.ceil(modelMemoryBytes / processes),
    maxHeldBytes: Math.ceil(heldBytes),
  };
}
