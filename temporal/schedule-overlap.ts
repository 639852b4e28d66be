import { ScheduleOverlapPolicy } from '@temporalio/client';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../contracts/index.js';

const TO_TEMPORAL: Readonly<Record<OverlapPolicy, ScheduleOverlapPolicy>> = {
  skip: ScheduleOverlapPolicy.SKIP,
  bufferOne: ScheduleOverlapPolicy.BUFFER_ONE,
  bufferAll: ScheduleOverlapPolicy.BUFFER_ALL,
  cancelOther: ScheduleOverlapPolicy.CANCEL_OTHER,
  terminateOther: ScheduleOverlapPolicy.TERMINATE_OTHER,
  allowAll: ScheduleOverlapPolicy.ALLOW_ALL,
};

export function toTemporalOverlap(policy: OverlapPolicy): ScheduleOverlapPolicy {
  return TO_TEMPORAL[policy];
}

/** @returns `null` for a policy that only Temporal's own tools can have set */
export function fromTemporalOverlap(policy: ScheduleOverlapPolicy): OverlapPolicy | null {
  return OVERLAP_POLICIES.find((name) => TO_TEMPORAL[name] === policy) ?? null;
}
