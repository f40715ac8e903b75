import { writeFileSync } from 'node:fs';

/**
 * Vitest reporter that writes what run.mjs adds up into the file named by SPINEL_TEST_SUMMARY. Tests are counted, not
 * files; what failed outside of a test (a file that does not load, a rejection nobody caught) counts as one failure each.
 */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that never got a result, as behind a failed beforeAll, did not pass.
        counts[state === 'pending' ? 'skipped' : state]++;
      }
    }
    writeFileSync(process.env.SPINEL_TEST_SUMMARY, JSON.stringify(counts));
  }
}
