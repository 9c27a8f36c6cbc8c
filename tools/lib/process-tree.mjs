import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** Every process as `[pid, parent]`. */
function processes() {
  if (process.platform !== 'linux') {
    const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout ?? '';
    return listed.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // proc(5): the command in parentheses may hold anything, so count from the last one.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
        return [[Number(pid), Number(fields[1])]];
      } catch {
        return []; // it ended between the listing and the reading
      }
    });
}

/** `pid` and everything that it started and that still has its parent, oldest first. */
export function processTree(pid) {
  const all = processes();
  const tree = [pid];
  for (let i = 0; i < tree.length; i++) for (const [child, parent] of all) if (parent === tree[i]) tree.push(child);
  return tree;
}

/** Sends `signal` to `pid` and all its descendants, whatever process groups they made for themselves. */
export function killTree(pid, signal) {
  for (const each of processTree(pid)) {
    try {
      process.kill(each, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
