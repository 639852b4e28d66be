import { MillraceError, type Pin, type PinChange } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/**
 * Sets a pin or takes it away; a repeat leaves the same.
 *
 * @throws MillraceError `NotFound` for a run that is not there
 */
export function changePin({ registry }: Pick<ActivityDeps, 'registry'>) {
  return async ({ kind, subject, actor, reason }: PinChange): Promise<Pin> => {
    const pin = { subject, actor, reason, at: new Date().toISOString() };
    if (kind === 'remove') {
      await registry.retention.removePin(subject);
      return pin;
    }
    const [what, id = ''] = subject.split('/');
    if (what === 'run' && (await registry.run(id)) === null) {
      throw new MillraceError('NotFound', `there is no run ${id}`, 'millrace runs lists them');
    }
    await registry.retention.putPin(pin);
    return pin;
  };
}
