import { RequestRefused } from './request-refused.js';

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const CSV_TYPE = /^text\/csv\s*(;|$)/i;

export function isJson(contentType: string): boolean {
  return contentType === 'application/json' || JSON_TYPE.test(contentType);
}

export function isCsv(contentType: string): boolean {
  return CSV_TYPE.test(contentType);
}

/** @param accepted - `application/json or text/csv` */
export function mediaTypeRefused(given: string | undefined, accepted: string): RequestRefused {
  const what =
    given === undefined ? 'the body has no Content-Type' : `${given.slice(0, 80)} is not accepted`;
  return new RequestRefused(415, `${what}; send ${accepted}`);
}
