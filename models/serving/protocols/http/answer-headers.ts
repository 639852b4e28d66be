import type { Answer } from '../../answer-rows.js';

/**
 * Each answer says which version gave it and under which id labels come back; where a repair holds,
 * also which champion it stands in for and which inputs were filled in.
 *
 * @returns names and values in turn
 */
export function answerHeaders(answer: Answer): readonly (string | number)[] {
  const { version, uuid, logged, fallbackFor, imputed } = answer;
  const headers = ['x-millrace-version', version, 'x-millrace-prediction-id', uuid];
  if (!logged) headers.push('x-millrace-logged', 'false');
  if (fallbackFor !== null) headers.push('x-millrace-fallback-for', fallbackFor);
  // A column may be called anything; a header may not hold everything.
  if (imputed.length > 0)
    headers.push('x-millrace-imputed', imputed.map(encodeURIComponent).join());
  return headers;
}
