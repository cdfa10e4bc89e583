/** Closes the run, after Jest's own summary, with `N passed, N failed[, N skipped]` alone on a line, so that any tool can read the result. */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const broken = results.numRuntimeErrorTestSuites;
    const failed = results.numFailedTests + broken;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
    process.once('exit', () => console.log(line));
  }
};
