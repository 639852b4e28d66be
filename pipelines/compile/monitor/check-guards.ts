import { type CompileContext, isRawObject, type RawObject } from '../context.js';
import { timeZoneFault } from '../time-zone.js';
import { readBreaches, readBudget } from './read-guards.js';

/** What the schema cannot see of the guards: numbers that do not go together. */
export function checkGuards(respond: RawObject, context: CompileContext): void {
  const { guards } = respond;
  if (!isRawObject(guards)) return;
  const path = ['monitor', 'respond', 'guards'];
  const outOfRange = (key: string, message: string): void => {
    context.report({ path: [...path, key], at: 'value', code: 'out-of-range', message });
  };
  for (const key of ['breaches', 'exit']) {
    const windows = readBreaches(guards[key]);
    if (windows === null) continue;
    const { count, of } = windows;
    if (count < 1 || count > of || of > 1_000) {
      outOfRange(key, `${count} of ${of}: the first is from 1 to the second, at most 1000`);
    }
  }
  if (readBudget(guards['maxRetrains'])?.periodMs === 0) {
    outOfRange('maxRetrains', 'the period is zero');
  }
  const { quietHours } = guards;
  if (!isRawObject(quietHours)) return;
  const { from, to, timezone } = quietHours;
  if (from === to && typeof from === 'string') {
    outOfRange('quietHours', `from and to are both ${from}: no time or all of it is quiet`);
  }
  const fault = typeof timezone === 'string' ? timeZoneFault(timezone) : null;
  if (fault !== null) {
    const at = [...path, 'quietHours', 'timezone'];
    context.report({ path: at, at: 'value', code: 'bad-value', ...fault });
  }
}
