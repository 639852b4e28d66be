import { type Browser, chromium } from 'playwright-core';
import { locateChromium } from '../../setup/chromium.mjs';

/** What a Chromium without a display, a network or a profile needs on every kind of machine. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why no page can be opened on this machine: what skipped tests say. `null` where one can. */
export function reasonWithoutChromium(): string | null {
  const found = locateChromium(process.env);
  return 'reason' in found ? found.reason : null;
}

/**
 * Starts a Chromium with a profile of its own, which goes with it.
 *
 * @throws Error where there is none: ask {@link reasonWithoutChromium} first
 */
export async function startChromium(): Promise<Browser> {
  const found = locateChromium(process.env);
  if ('reason' in found) throw new Error(found.reason);
  return chromium.launch({ executablePath: found.executable, args: ARGUMENTS });
}
