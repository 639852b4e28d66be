import { isRawObject, type RawObject } from './context.js';

/** The step that every trial of a search does, by the search's `with`; `null` where it is a file. */
export function trialStepOf(inputs: unknown): RawObject | null {
  const step = isRawObject(inputs) ? inputs['step'] : undefined;
  return isRawObject(step) ? step : null;
}
