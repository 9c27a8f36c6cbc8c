const POLL_MS = 1_000;

/**
 * Ends this process with its parent. sshd leaves the commands of a lost connection running, and one that waits for the
 * hub reads and writes nothing from which it could learn that nobody is there any more.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(255);
  }, POLL_MS).unref();
}
