import { readFileSync, readdirSync } from 'node:fs';

/** A process as proc(5) shows it. `startedAt` (clock ticks since boot) tells a pid's second owner from its first. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
  startedAt: number;
}

function read(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    if (fields[0] === 'Z') return []; // ended, and only waits for its parent to notice
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return [{ pid, parent: Number(fields[1]), command, startedAt: Number(fields[19]) }];
  } catch {
    return [];
  }
}

export function allProcesses(): Process[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(Number(name)) : []));
}

/** `pid` and all that it started, directly or not. */
export function processTree(pid: number): Process[] {
  const all = allProcesses();
  const tree = all.filter((each) => each.pid === pid);
  for (const each of tree) tree.push(...all.filter((other) => other.parent === each.pid));
  return tree;
}

/** Those of `processes` that still run. */
export function stillRunning(processes: Process[]): Process[] {
  return processes.filter(({ pid, startedAt }) => read(pid).some((now) => now.startedAt === startedAt));
}

export function killAll(processes: Process[]): void {
  for (const { pid } of stillRunning(processes)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It may have ended by itself meanwhile, with the one before it.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
