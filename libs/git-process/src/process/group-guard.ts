import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Reads which process groups there are (`+ id`, `- id`) until the hub's end of the pipe closes, however the hub ended.
 * What is left then has lost its client and its hooks: a second to finish by itself, two more after SIGTERM.
 */
const SCRIPT = `
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
  esac
done
[ "$groups" = ' ' ] && exit
signal() { for group in $groups; do kill -"$1" -"$group" 2>/dev/null; done; }
sleep 1
signal TERM
sleep 2
signal KILL
`;

/**
 * Ends the git of a hub that was killed: one small shell for the whole hub, since a repack neither reads nor writes
 * anything by which it could learn of the hub's end, and a process's parent-death signal (prctl(2)) exists on Linux
 * alone and does not reach what git starts.
 */
export class GroupGuard {
  private readonly groups = new Set<number>();
  private child: ChildProcess | null = null;
  private isClosed = false;

  /** @param leaderPid of a process group, which is at its end when {@link forget} is called. */
  watch(leaderPid: number): void {
    this.groups.add(leaderPid);
    if (this.child) this.tell('+', leaderPid);
    else this.start();
  }

  forget(leaderPid: number): void {
    this.groups.delete(leaderPid);
    this.tell('-', leaderPid);
  }

  /** To be called when nothing is watched any more; what is, is ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.ref();
    child.stdin?.end();
    await ended;
  }

  private tell(sign: '+' | '-', leaderPid: number): void {
    this.child?.stdin?.write(`${sign} ${leaderPid}\n`);
  }

  private start(): void {
    if (this.isClosed) return;
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'granary-guard'], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Who is watched next starts another in the place of one that somebody has killed.
    const lost = (): void => void (this.child = this.child === child ? null : this.child);
    child.once('error', lost).once('exit', lost);
    child.stdin.on('error', () => undefined);
    child.unref();
    (child.stdin as Socket).unref();
    this.child = child;
    for (const group of this.groups) this.tell('+', group);
  }
}
