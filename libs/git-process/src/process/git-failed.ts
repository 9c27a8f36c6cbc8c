/** A git command that ended badly. Never shown to users: its text names paths of this machine. */
export class GitFailed extends Error {
  constructor(
    /** The subcommand, e.g. `rev-list`. */
    readonly verb: string,
    /** `null` when a signal ended the process. */
    readonly exitCode: number | null,
    /** The end of standard error, at most {@link STDERR_TAIL_BYTES}. */
    readonly stderr: string,
    options?: ErrorOptions,
  ) {
    super(
      `git ${verb} ${exitCode === null ? 'was ended by a signal' : `exited with ${exitCode}`}: ${stderr.trim()}`,
      options,
    );
    this.name = 'GitFailed';
  }
}

/** How much of standard error is kept for a {@link GitFailed}. */
export const STDERR_TAIL_BYTES = 8 * 1024;
