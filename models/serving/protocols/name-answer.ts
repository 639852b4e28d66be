import type { FastifyReply } from 'fastify';
import type { Answer } from '../answer-rows.js';

/**
 * Each answer says which version gave it and under which id labels come back; where a repair holds,
 * also which champion it stands in for and which inputs were filled in.
 */
export function nameAnswer(reply: FastifyReply, answer: Answer): void {
  const { version, uuid, logged, fallbackFor, imputed } = answer;
  reply.header('x-millrace-version', version);
  reply.header('x-millrace-prediction-id', uuid);
  if (!logged) reply.header('x-millrace-logged', 'false');
  if (fallbackFor !== null) reply.header('x-millrace-fallback-for', fallbackFor);
  // A column may be called anything; a header may not hold everything.
  if (imputed.length > 0)
    reply.header('x-millrace-imputed', imputed.map(encodeURIComponent).join());
}
