const KNOWN = [
  {
    pattern: /ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i,
    advice: 'The disk is full. Free about 2 GB (df -h shows where) and run the command again.',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|npm error network/,
    advice:
      'The package registry cannot be reached. Connect to the network (or set the proxy: npm config set https-proxy …) and run the command again; later starts need no network.',
  },
  {
    pattern: /EACCES|EPERM|permission denied/i,
    advice:
      'A file in this clone belongs to another account. Run the command as that account, or remove node_modules, dist, .nx, .cache and apps/web/.next and run it again.',
  },
  {
    pattern: /ENOMEM|heap out of memory|cannot allocate memory/i,
    advice: 'The memory ran out. The build needs about 1 GB free: close something and run the command again.',
  },
  {
    pattern: /npm ci.*can only install|lock file.*does not satisfy|EUSAGE/is,
    advice:
      'package.json and package-lock.json disagree. Undo your change of one of them (git checkout package-lock.json).',
  },
];

/**
 * What to do about a failed step, in plain words.
 *
 * @param log the end of the step's output.
 * @param signal the signal that ended it, or null.
 */
export function adviceFor(log, signal = null) {
  for (const { pattern, advice } of KNOWN) if (pattern.test(log)) return advice;
  if (signal === 'SIGKILL')
    return 'The system killed it, most likely for want of memory: close something and run the command again.';
  return 'The lines above say why. If you changed nothing in the clone, run the command once more.';
}
