import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../cleanup';
import { eventually } from '../eventually';
import { workspace } from '../workspace';
import { DiskModel } from './disk-model';
import { readStrace, SYSTEM_CALLS } from './strace-lines';

/** Why programs cannot be traced on this machine; null where they can. */
export function whyNoTrace(): string | null {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (error) return 'strace is not installed';
  return status === 0 ? null : `strace may not trace here: ${stderr.trim()}`;
}

/** Records every change that a process and its children make on the disk from now on (strace(1)). */
export class DiskRecorder {
  private constructor(
    private readonly strace: ChildProcess,
    private readonly log: string,
    private readonly cwd: string,
  ) {}

  static async attach(pid: number): Promise<DiskRecorder> {
    const log = join(workspace('strace'), 'log');
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    const options = ['-f', '-ttt', '-y', '-s', '4096', '-e', `trace=${SYSTEM_CALLS}`, '-e', 'signal=none', '-o', log];
    const strace = spawn('strace', [...options, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let told = '';
    strace.stderr?.setEncoding('utf8').on('data', (text: string) => (told += text));
    atEnd(() => void strace.kill('SIGKILL'));
    await eventually('strace being attached', () => {
      if (strace.exitCode !== null) throw new Error(`strace: ${told}`);
      return /attached/.test(told);
    });
    return new DiskRecorder(strace, log, cwd);
  }

  /** Ends the record. @returns the state of the disk at any time before. */
  async stop(): Promise<DiskRecord> {
    const ended = once(this.strace, 'exit');
    this.strace.kill('SIGINT');
    await ended;
    return new DiskRecord(readFileSync(this.log, 'latin1'), this.cwd);
  }
}

export class DiskRecord {
  private readonly events;

  constructor(log: string, cwd: string) {
    this.events = readStrace(log, cwd);
  }

  get length(): number {
    return this.events.length;
  }

  /** What a power cut at `at` (milliseconds) would have taken back of `directory`. */
  atRisk(directory: string, at: number): string[] {
    const model = new DiskModel();
    for (const { event } of this.events.filter((each) => each.at * 1000 <= at)) model.apply(event);
    return model.atRisk(directory);
  }
}
