/**
 * The part of a run id that people type: a UUIDv7 begins with its millisecond, 12 hex digits and a
 * hyphen; anything shorter is shared by runs started close together.
 */
export function shortRunId(runId: string): string {
  return runId.slice(0, 13);
}
