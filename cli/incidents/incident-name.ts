import { NAME_PATTERN } from '../../contracts/index.js';
import { UsageError } from '../errors.js';

/**
 * Reads `bike-demand#3`.
 *
 * @throws UsageError when the text is something else
 */
export function readIncidentName(text: string): {
  readonly model: string;
  readonly number: number;
} {
  const match = /^([^#]+)#([1-9]\d{0,8})$/.exec(text);
  const [, model = '', number = ''] = match ?? [];
  if (match === null || !NAME_PATTERN.test(model)) {
    throw new UsageError(
      `${text} does not name an incident`,
      'write NAME#NUMBER, such as bike-demand#3; millrace incidents lists them (in a shell, quote the #)',
    );
  }
  return { model, number: Number(number) };
}
