import { createHash } from 'node:crypto';
import { get } from 'node:https';
import { gunzipSync } from 'node:zlib';

const CONNECT_TIMEOUT_MS = 5_000;
const STALL_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;

/**
 * Fetches a file over https and compares its digest.
 *
 * @param {string} url
 * @param {string} sha256 - hex
 * @returns {Promise<Buffer>}
 * @throws {Error} when there is no network, the server refuses, or the content is another one
 */
export async function download(url, sha256) {
  const content = await fetchBytes(url, MAX_REDIRECTS);
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== sha256) {
    throw new Error(`${url} has the sha256 ${actual}, expected ${sha256}: not used`);
  }
  return content;
}

/**
 * @param {string} url
 * @param {number} redirects
 * @returns {Promise<Buffer>}
 */
function fetchBytes(url, redirects) {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      clearTimeout(connecting);
      const { statusCode = 0, headers } = response;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        response.resume();
        const next = new URL(headers.location, url);
        if (redirects === 0) reject(new Error(`${url} redirects too often`));
        else if (next.protocol !== 'https:') reject(new Error(`${url} redirects to ${next}`));
        else resolve(fetchBytes(next.href, redirects - 1));
        return;
      }
      if (statusCode !== 200) {
        response.resume();
        reject(new Error(`${url} answered ${statusCode}`));
        return;
      }
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
      response.on('error', reject);
    });
    const connecting = setTimeout(
      () => request.destroy(new Error(`${new URL(url).host} did not answer`)),
      CONNECT_TIMEOUT_MS,
    );
    request.setTimeout(STALL_TIMEOUT_MS, () => request.destroy(new Error(`${url} stalled`)));
    request.on('error', (error) => {
      clearTimeout(connecting);
      reject(error);
    });
  });
}

/**
 * Takes one regular file out of a gzip-compressed tar archive.
 *
 * @param {Buffer} archive
 * @param {string} name - base name of the file
 * @returns {Buffer}
 * @throws {Error} when the archive is broken or has no such file
 */
export function extractFile(archive, name) {
  const tar = gunzipSync(archive);
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = tar.subarray(at, at + 512);
    const path = text(header.subarray(0, 100));
    if (path === '') break;
    const size = Number.parseInt(text(header.subarray(124, 136)).trim(), 8);
    if (!Number.isSafeInteger(size) || at + 512 + size > tar.length) {
      throw new Error('the archive is cut short');
    }
    const type = text(header.subarray(156, 157));
    if ((type === '0' || type === '') && path.split('/').at(-1) === name) {
      return tar.subarray(at + 512, at + 512 + size);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`the archive holds no file ${name}`);
}

/** @param {Buffer} field */
function text(field) {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? undefined : end).toString('utf8');
}
