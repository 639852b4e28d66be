import { createHash } from 'node:crypto';

/**
 * A Content-Security-Policy under which a page can do nothing but show itself: the style and the
 * script it has, by their hashes; no network, no frame, no form, no other script.
 *
 * @param style - what stands between `<style>` and `</style>`, to the byte
 * @param script - likewise
 */
export function securityPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
