import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUMMARY_FILE_VARIABLE } from './summary-reporter.mjs';

/** @typedef {import('./summary-reporter.mjs').TestSummary} TestSummary */

/**
 * What is checked besides the tests: a name and the command, its program below `node_modules`.
 *
 * @type {readonly {name: string, argv: readonly [string, ...string[]]}[]}
 */
const STATIC_CHECKS = [
  { name: 'format', argv: ['@biomejs/biome/bin/biome', 'format', '.'] },
  { name: 'lint', argv: ['@biomejs/biome/bin/biome', 'lint', '--error-on-warnings', '.'] },
  { name: 'types', argv: ['typescript/bin/tsc', '--noEmit'] },
  { name: 'build', argv: ['../setup/build.mjs'] },
];

/**
 * Runs everything that CI checks, each with its output as it comes. A check that fails does not
 * keep the others from running.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} testArguments - for vitest
 * @returns {Promise<TestSummary>} each check counts as one
 */
export async function runChecks(root, env, testArguments) {
  /** @type {TestSummary} */
  const total = { passed: 0, failed: 0, skipped: [] };
  for (const { name, argv } of STATIC_CHECKS) {
    const [program, ...args] = argv;
    const code = await run(root, env, [join(root, 'node_modules', program), ...args]);
    process.stdout.write(`${name}: ${code === 0 ? 'passed' : `failed (exit code ${code})`}\n`);
    if (code === 0) total.passed += 1;
    else total.failed += 1;
  }
  const tests = await runTests(root, env, testArguments);
  return {
    passed: total.passed + tests.passed,
    failed: total.failed + tests.failed,
    skipped: tests.skipped,
  };
}

/**
 * Prints the skipped tests with their reasons, and the line that ends `npm test`.
 *
 * @param {TestSummary} summary
 * @returns {number} the exit code
 */
export function report(summary) {
  for (const { name, reason } of summary.skipped) {
    process.stdout.write(`skipped: ${name}: ${reason}\n`);
  }
  const { passed, failed, skipped } = summary;
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 * @returns {Promise<TestSummary>}
 */
async function runTests(root, env, args) {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const file = join(directory, 'summary.json');
  // A server that the user works with is not for tests to fill; they start their own.
  const { TEMPORAL_ADDRESS: _server, MILLRACE_HOME: _home, ...clean } = env;
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=./setup/summary-reporter.mjs'];
    const code = await run(root, { ...clean, [SUMMARY_FILE_VARIABLE]: file }, [
      ...[vitest, 'run', ...reporters],
      ...args,
    ]);
    const summary = readSummary(file);
    const wentWrong = code !== 0 && (summary === null || summary.failed === 0);
    return {
      passed: summary?.passed ?? 0,
      failed: (summary?.failed ?? 0) + (wentWrong ? 1 : 0),
      skipped: summary?.skipped ?? [],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @returns {TestSummary | null} `null` when vitest ended before it wrote one
 */
function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args - a Node program and its arguments
 * @returns {Promise<number>}
 */
function run(cwd, env, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
