import { type EndSilence, MillraceError, type Silence } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

export function putSilence({ registry }: Pick<ActivityDeps, 'registry'>) {
  return async (silence: Silence): Promise<Silence> => {
    await registry.putSilence(silence);
    return silence;
  };
}

/** @throws MillraceError `NotFound` where no silence has this id */
export function endSilence({ registry }: Pick<ActivityDeps, 'registry'>) {
  return async ({ id, actor }: EndSilence): Promise<Silence> => {
    const silences = await registry.silences();
    const silence = silences.find((candidate) => candidate.id === id);
    if (silence === undefined) {
      throw new MillraceError(
        'NotFound',
        `there is no silence ${id}`,
        '`millrace silence list` shows those that hold',
      );
    }
    const now = new Date().toISOString();
    if (silence.until <= now) return silence;
    const reason = `${silence.reason} (ended early by ${actor})`;
    const ended = { ...silence, until: now, reason };
    await registry.putSilence(ended);
    return ended;
  };
}
