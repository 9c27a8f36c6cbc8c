import { resolve } from 'node:path';
import type { DiskEvent } from './disk-model';

/** What is asked of strace(1): everything that changes a file system, and what says where a relative path begins. */
export const SYSTEM_CALLS =
  'openat,open,creat,write,pwrite64,writev,ftruncate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,' +
  'mkdir,mkdirat,fsync,fdatasync,chdir,clone,clone3,fork,vfork';

export interface TimedEvent {
  /** Seconds since the epoch, when the call had returned. */
  at: number;
  event: DiskEvent;
}

interface Call {
  pid: number;
  at: number;
  name: string;
  args: string;
  result: number;
}

const LINE = /^(\d+) +(\d+\.\d+) (.*)$/;
const WHOLE = /^(\w+)\((.*)\) += (-?\d+)/;
const BEGUN = /^(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/;
const TEXT = /"((?:[^"\\]|\\.)*)"/g;

/** Reads the log of `strace -f -ttt -y`. @param cwd of the process that was traced first. */
export function readStrace(log: string, cwd: string): TimedEvent[] {
  const calls = readCalls(log).filter(({ result }) => result >= 0);
  const directories = new Directories(calls, cwd);
  return calls.flatMap((call) => {
    if (call.name === 'chdir') directories.enter(call.pid, textsOf(call)[0] ?? '');
    return eventsOf(call, (path) => resolve(directories.of(call.pid), path)).map((event) => ({ at: call.at, event }));
  });
}

function readCalls(log: string): Call[] {
  const calls: Call[] = [];
  const begun = new Map<string, string>();
  for (const line of log.split('\n')) {
    const [, pid = '', at = '', text = ''] = LINE.exec(line) ?? [];
    const [, startedName, startedArgs] = BEGUN.exec(text) ?? [];
    if (startedName !== undefined) begun.set(`${pid} ${startedName}`, startedArgs ?? '');
    const [, resumedName, rest] = RESUMED.exec(text) ?? [];
    const whole =
      resumedName === undefined ? text : `${resumedName}(${begun.get(`${pid} ${resumedName}`) ?? ''}${rest}`;
    const [, name, args = '', result] = WHOLE.exec(whole) ?? [];
    if (name !== undefined) calls.push({ pid: Number(pid), at: Number(at), name, args, result: Number(result) });
  }
  return calls;
}

/** Where each process is: where it went, or where its parent was. */
class Directories {
  private readonly parents = new Map<number, number>();
  private readonly entered = new Map<number, string>();

  constructor(
    calls: readonly Call[],
    private readonly first: string,
  ) {
    for (const { name, pid, result } of calls) if (/^(clone3?|v?fork)$/.test(name)) this.parents.set(result, pid);
  }

  of(pid: number): string {
    const parent = this.parents.get(pid);
    return this.entered.get(pid) ?? (parent === undefined ? this.first : this.of(parent));
  }

  enter(pid: number, path: string): void {
    this.entered.set(pid, resolve(this.of(pid), path));
  }
}

const textsOf = ({ args }: Call): string[] => [...args.matchAll(TEXT)].map(([, text]) => text ?? '');

/** The path that `-y` prints behind the first descriptor; null for pipes and sockets. */
function descriptorOf({ args }: Call): string | null {
  const [, path] = /^\d+<(\/[^>]*)>/.exec(args) ?? [];
  return path === undefined || path.endsWith(' (deleted)') ? null : path;
}

function eventsOf(call: Call, absolute: (path: string) => string): DiskEvent[] {
  const { name, args } = call;
  const [first = '', second = ''] = textsOf(call).map(absolute);
  if (/^(rename|renameat2?)$/.test(name)) return [{ kind: 'rename', from: first, to: second }];
  if (/^link(at)?$/.test(name)) return [{ kind: 'link', from: first, to: second }];
  if (/^(unlink(at)?|rmdir)$/.test(name)) return [{ kind: 'remove', path: first }];
  if (/^mkdir(at)?$/.test(name)) return [{ kind: 'makeDirectory', path: first }];
  if (/^(openat|open|creat)$/.test(name)) return /O_CREAT/.test(args) ? [{ kind: 'create', path: first }] : [];
  const path = descriptorOf(call);
  if (path === null) return [];
  if (/^f(data)?sync$/.test(name)) return [{ kind: 'sync', path }];
  return /^(p?write(v|64)?|ftruncate)$/.test(name) ? [{ kind: 'write', path }] : [];
}
