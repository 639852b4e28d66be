import { writeFileSync } from 'node:fs';

/**
 * What `npm test` makes its last line from.
 *
 * @typedef {object} TestSummary
 * @property {number} passed
 * @property {number} failed - tests, files that did not load, and errors outside of any test
 * @property {{name: string, reason: string}[]} skipped
 */

/** The environment variable that names the file which the summary is written to. */
export const SUMMARY_FILE_VARIABLE = 'MILLRACE_TEST_SUMMARY';

/** A vitest reporter that keeps the reasons of skipped tests, which vitest's own JSON leaves out. */
export default class SummaryReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {TestSummary} */
    const summary = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      let failed = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') summary.passed += 1;
        else if (result.state === 'failed') failed += 1;
        else {
          const reason = ('note' in result ? result.note : undefined) ?? 'no reason given';
          summary.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
        }
      }
      // A file that does not load, or whose hooks fail, has failed without a failed test.
      summary.failed += failed === 0 && module.state() === 'failed' ? 1 : failed;
    }
    const file = process.env[SUMMARY_FILE_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }
}
