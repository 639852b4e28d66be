import { ensureProgram, locateProgram } from './debian-program.mjs';

/**
 * Opens pages in tests, which are skipped where there is none.
 *
 * @type {import('./debian-program.mjs').DebianProgram}
 */
const CHROMIUM = {
  title: 'Chromium',
  package: 'chromium',
  names: ['chromium', 'chromium-browser', 'google-chrome'],
  variable: 'MILLRACE_CHROMIUM',
};

/** @param {NodeJS.ProcessEnv} env */
export function locateChromium(env) {
  return locateProgram(CHROMIUM, env);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 */
export function ensureChromium(env, reporter) {
  return ensureProgram(CHROMIUM, env, reporter);
}
