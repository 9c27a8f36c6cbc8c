import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** The totals of one Jest run as JSON in the directory that GRANARY_TALLY_DIR names, for `npm test` to add up. */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const failures = results.testResults.flatMap((file) => {
      const failed = file.testResults.filter((test) => test.status === 'failed').map((test) => test.fullName);
      return file.testExecError === undefined ? failed : [`${file.testFilePath} did not run`];
    });
    const tally = {
      passed: results.numPassedTests,
      // A file that does not even load hides tests that nobody counted.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures,
    };
    writeFileSync(join(process.env.GRANARY_TALLY_DIR, `${randomUUID()}.json`), JSON.stringify(tally));
  }
}
