/** What ends sooner is never seen running: to record that would take longer than the work itself. */
const SEEN_AFTER_MS = 100;

/**
 * Does a step's work, and has it recorded as running when it takes longer than a moment. When this
 * returns or throws nothing is being recorded any more, so that no later record is overtaken.
 *
 * @param record - writes the registry's `running`; what it throws outweighs the work's result, for
 * the end of the step could not be recorded either
 */
export async function recordedWork<Result>(
  record: () => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  let recording: Promise<void> | null = null;
  const timer = setTimeout(() => {
    recording = record();
    // It is told below, when the work has ended.
    recording.catch(() => undefined);
  }, SEEN_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    await recording;
  }
}
