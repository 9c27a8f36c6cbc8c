import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { processTree } from '../support/processes';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const SAMPLE_MS = 50;
/** To find the children of a process, all of the machine are looked at: not so often that it shows in the figures. */
const TREE_SAMPLE_MS = 500;

/** Processor seconds of these processes, of all that they started, and of what of that has ended (proc(5), stat). */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => processTree(pid)).map(({ pid }) => ticksOf(pid));
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

/** utime, stime, cutime and cstime: a child's ticks move to its parent when it is waited for, so that none count twice. */
function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0;
  }
}

function statusMib(pid: number, field: string): number {
  try {
    const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Resident memory of one process. */
export const residentMib = (pid: number): number => statusMib(pid, 'VmRSS');

/** What the git processes below `pid` hold for themselves; mapped packs, which the system shares, are not counted. */
const gitMib = (pid: number): number =>
  processTree(pid)
    .filter(({ command }) => /^(\S*\/)?(git|nice)\b/.test(command))
    .reduce((sum, each) => sum + statusMib(each.pid, 'RssAnon'), 0);

/** Looks again and again while `work` runs. @returns the highest figures seen, in MiB. */
export async function peakMemory(pid: number, work: () => Promise<unknown>): Promise<{ hub: number; git: number }> {
  const peak = { hub: residentMib(pid), git: 0 };
  const timers = [
    setInterval(() => (peak.hub = Math.max(peak.hub, residentMib(pid))), SAMPLE_MS),
    setInterval(() => (peak.git = Math.max(peak.git, gitMib(pid))), TREE_SAMPLE_MS),
  ];
  try {
    await work();
  } finally {
    timers.forEach(clearInterval);
  }
  return peak;
}
