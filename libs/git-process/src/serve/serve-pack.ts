import { pipeline, type Readable, type Writable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { serveHooks } from '../hooks/hook-session';
import type { PushHooks } from '../hooks/push-hooks';
import type { PackCache } from '../pack-cache/pack-cache';
import { servePacks } from '../pack-cache/pack-session';
import { deliverStdout, feedStdin } from '../process/plumbing';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { stopFeeding, watchForRefusal } from './early-refusal';
import { HeldReport } from './held-report';
import { PushCommands } from './push-commands';
import { redact } from './redact';
import { protocolEnvironment } from './git-protocol';

interface ServeOptions {
  /** Absolute path of the bare repository. */
  repositoryPath: string;
  /** From `gitProtocolOf`. */
  protocol?: string;
  /** What the client sends, inflated. */
  input: Readable;
  /** What the client receives. */
  output: Writable;
  /** The owner: when it fires, git is gone within five seconds. */
  signal?: AbortSignal;
}

/** Only a push has hooks, and no push goes without. */
type Push = ServeOptions & {
  service: 'git-receive-pack';
  hooks: PushHooks;
  /** Of the body, where the client tells it. */
  announcedBytes?: number;
};

type Read<Service> = ServeOptions & {
  service: Service;
  /** Of upload-pack; without them git computes each pack for itself. */
  packs?: PackCache;
};

export type ServeStatelessOptions = Push | Read<'git-upload-pack'>;
export type ServeDuplexOptions = (Push | Read<'git-upload-pack'>) & {
  errorOutput: Writable;
  /** The client of a push has been told of the refs already. */
  isAdvertised?: boolean;
};

export interface ServeResult {
  /** `null` when a signal ended git. */
  exitCode: number | null;
  /** The client left early or the owner's signal fired. */
  isCut: boolean;
  /** The end of git's standard error, for the log. Empty where it went to the client. */
  stderr: string;
}

/**
 * One `POST git-upload-pack` or `POST git-receive-pack` (gitprotocol-http(5)). Ends `output`.
 *
 * @returns once git has exited, its hooks have settled and everything it said was flushed to `output`. Never rejects
 *   for what a client does; a client that leaves is `isCut`.
 * @throws DomainError `unavailable` when git could not be started, the signal's reason when it has fired already.
 */
export function serveStateless(home: GitHome, options: ServeStatelessOptions): Promise<ServeResult> {
  return serve(home, { ...options, args: ['--stateless-rpc'], endOutput: true });
}

/**
 * A whole conversation over one connection, as SSH has it. Leaves `output` and `errorOutput` open, so that the caller
 * can still send the exit code. Standard error goes to the client without the paths of this machine.
 */
export function serveDuplex(home: GitHome, options: ServeDuplexOptions): Promise<ServeResult> {
  // receive-pack(1) then goes on where an advertisement has ended.
  return serve(home, { ...options, args: options.isAdvertised ? ['--stateless-rpc'] : [], endOutput: false });
}

type Conversation = (ServeStatelessOptions | ServeDuplexOptions) & {
  args: string[];
  endOutput: boolean;
  errorOutput?: Writable;
};

async function serve(home: GitHome, options: Conversation): Promise<ServeResult> {
  const isPush = options.service === 'git-receive-pack';
  const git = await spawnGit(home, {
    args: argumentsOf(options),
    env: protocolEnvironment(options.protocol),
    signal: options.signal,
    // Refs may be moving: receive-pack is left a moment to finish and to remove its quarantine.
    onAbort: isPush ? 'hangUp' : 'terminate',
    stderr: options.errorOutput ? 'stream' : 'tail',
    withChannel: isPush || (options.service === 'git-upload-pack' && options.packs !== undefined),
  });
  const over = new AbortController();
  const report = isPush ? new HeldReport() : null;
  const announced = isPush ? new PushCommands() : null;
  if (options.service === 'git-receive-pack' && report && announced) {
    void refuseEarly(git, { ...options, commands: announced, report });
  }
  const settled = serveChannel(git, options, { report, announced, signal: over.signal });
  const isCut = await converse(git, options, { report, over });
  const { exitCode, stderr } = await git.done;
  over.abort();
  await settled;
  return { exitCode, isCut, stderr };
}

/** Answers what git's hooks ask. */
async function serveChannel(
  git: GitProcess,
  options: Conversation,
  { report, announced, signal }: { report: HeldReport | null; announced: PushCommands | null; signal: AbortSignal },
): Promise<void> {
  if (!git.channel) return;
  if (options.service === 'git-receive-pack') {
    const { hooks } = options;
    await serveHooks(git.channel, report && announced ? holding(report, announced, hooks) : hooks, signal);
  }
  if (options.service !== 'git-upload-pack' || !options.packs) return;
  const { packs, repositoryPath } = options;
  await servePacks(git.channel, { packs, repositoryPath, onLost: () => git.stop() });
}

/** Begins to read along in the turn in which git does. */
async function refuseEarly(
  git: GitProcess,
  { report, ...options }: Push & { commands: PushCommands; report: HeldReport },
): Promise<void> {
  try {
    report.refuse(await watchForRefusal(options));
    stopFeeding(options.input, git.stdin);
  } catch (error) {
    // What cannot be judged yet is judged by preReceive.
    options.hooks.onError?.(error);
  }
}

/** The client hears of no ref before `postReceive` is done with it. */
function holding(report: HeldReport, announced: PushCommands, hooks: PushHooks): PushHooks {
  return {
    ...hooks,
    preReceive: async (push) => {
      report.hold();
      const verdict = await hooks.preReceive({ ...push, announced });
      report.explain(verdict.refused ?? new Map());
      return verdict;
    },
    postReceive: (push) => hooks.postReceive(push).finally(() => report.release()),
  };
}

/** Moves bytes until git is gone or the client is; answers whether the client or the owner left first. */
async function converse(
  git: GitProcess,
  options: Conversation,
  { report, over }: { report: HeldReport | null; over: AbortController },
): Promise<boolean> {
  let isCut = false;
  const cut = (): void => {
    isCut = true;
    over.abort();
    git.stop();
  };
  const aborted = new Promise<void>((resolve) => {
    // It may have fired while git was starting.
    if (options.signal?.aborted) resolve(cut());
    options.signal?.addEventListener('abort', () => resolve(cut()), { signal: over.signal });
  });
  const errorOutput = options.errorOutput;
  const stdout = report ? pipeline(git.stdout, report, () => undefined) : git.stdout;
  const directions = [
    feedStdin(options.input, git.stdin),
    deliverStdout(stdout, options.output, { end: options.endOutput }),
    ...(git.stderr && errorOutput
      ? [deliverStdout(redact(git.stderr, options.repositoryPath), errorOutput, { end: false })]
      : []),
  ];
  await Promise.race([Promise.all(directions.map((direction) => direction.catch(cut))), aborted]);
  return isCut;
}

function argumentsOf(options: Conversation): string[] {
  const strict = options.service === 'git-upload-pack' ? ['--strict'] : [];
  return [options.service.slice('git-'.length), ...options.args, ...strict, options.repositoryPath];
}
