import { ensureProgram, locateProgram } from './debian-program.mjs';

/**
 * Drives the servers of the gateway's bench; autocannon does where there is none.
 *
 * @type {import('./debian-program.mjs').DebianProgram}
 */
const WRK = { title: 'wrk', package: 'wrk', names: ['wrk'], variable: 'MILLRACE_WRK' };

/** @param {NodeJS.ProcessEnv} env */
export function locateWrk(env) {
  return locateProgram(WRK, env);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 */
export function ensureWrk(env, reporter) {
  return ensureProgram(WRK, env, reporter);
}
