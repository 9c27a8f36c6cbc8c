import { parseArgs, type ParseArgsConfig } from 'node:util';
import { withOrigin } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { ConfigError, explain, VERSION, type Config } from '@granary/runtime';
import { UsageError, type Command, type Invocation, type Outcome } from './command';
import { listAudit } from './commands/audit';
import { doctor } from './commands/doctor';
import { collectLfs, keepsLfs, restoreLfs, scrubLfs } from './commands/lfs';
import { installLfsAgent } from './commands/lfs-agent';
import { runMaintenance } from './commands/maintenance';
import { allowIncompleteLfs, listRepositories, purgeRepository } from './commands/repo';
import { showQueue } from './commands/queue';
import { recountQuotas, setQuota, showQuota } from './commands/quota';
import { createToken } from './commands/token';
import { listTokens, revokeToken } from './commands/token-revocation';
import { createUser, listUsers } from './commands/user';
import { adminUser, deleteUser, disableUser, enableUser, resetPassword } from './commands/user-lifecycle';
import type { OpenHub } from './open-hub';

const COMMANDS: readonly Command[] = [
  createUser,
  listUsers,
  disableUser,
  enableUser,
  adminUser,
  resetPassword,
  deleteUser,
  createToken,
  listTokens,
  revokeToken,
  listRepositories,
  purgeRepository,
  allowIncompleteLfs,
  collectLfs,
  keepsLfs,
  restoreLfs,
  scrubLfs,
  showQuota,
  setQuota,
  recountQuotas,
  runMaintenance,
  listAudit,
  showQueue,
  installLfsAgent,
  doctor,
];
const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

export interface Surroundings {
  readConfig(): Config;
  openHub(config: Config): Promise<OpenHub>;
  readInput(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
}

const usageOf = ({ name, usage, summary }: Command) => `  ${`${name} ${usage}`.trim()}\n      ${summary}\n`;

export const HELP = `Usage: granary COMMAND [--json]

${COMMANDS.map(usageOf).join('')}
  --json      print the answer for programs
  --help      print this; behind a command, the part about it
  --version   print the version

It works on the hub that npm start would start here: the same environment variables apply, and it may run.
`;
const HELP_OPTIONS = ['--help', '-h'];

/** What is asked for besides commands; null where it is a command. */
function helpFor(argv: readonly string[]): string | null {
  if (argv[0] === '--version') return `granary ${VERSION}\n`;
  const isAsked = argv[0] === 'help' || argv.some((word) => HELP_OPTIONS.includes(word));
  if (!isAsked) return null;
  const words = argv.filter((word) => word !== 'help' && !word.startsWith('-'));
  const meant = COMMANDS.filter(({ name }) => words.length > 0 && isMeant(name.split(' '), words));
  return meant.length > 0 ? `Usage: granary COMMAND [--json]\n\n${meant.map(usageOf).join('')}` : HELP;
}

/** `lfs` means all commands of that name, `lfs gc x` the one. */
function isMeant(name: readonly string[], words: readonly string[]): boolean {
  const common = Math.min(name.length, words.length);
  return name.slice(0, common).join(' ') === words.slice(0, common).join(' ');
}

/** @returns the exit status: 0, 1 when the command failed or found trouble, 2 when it was called wrongly. */
export async function runCli(argv: string[], around: Surroundings): Promise<number> {
  const wantsJson = argv.includes('--json');
  try {
    const help = argv.length === 0 ? HELP : helpFor(argv);
    if (help !== null) {
      around.out(help);
      return argv.length === 0 ? 2 : 0;
    }
    const outcome = await withOrigin({ via: 'cli' }, () => execute(argv, around));
    around.out(wantsJson ? `${JSON.stringify(outcome.json, null, 2)}\n` : outcome.text);
    return outcome.exitCode ?? 0;
  } catch (error) {
    around.err(wantsJson ? `${JSON.stringify({ error: presentError(error) })}\n` : `granary: ${textOf(error)}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

async function execute(argv: string[], around: Surroundings): Promise<Outcome> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, at) => argv[at] === word));
  if (!command) throw new UsageError(`there is no command "${argv.slice(0, 2).join(' ')}"`);
  const parsed = parse(command, argv.slice(command.name.split(' ').length));
  const config = around.readConfig();
  let opened: Promise<OpenHub> | undefined;
  const invocation: Invocation = {
    ...parsed,
    config,
    hub: async () => (await (opened ??= around.openHub(config))).app,
    readInput: around.readInput,
  };
  try {
    return await command.run(invocation);
  } finally {
    await opened?.then(
      (hub) => hub.close(),
      () => undefined,
    );
  }
}

function parse(command: Command, argv: string[]): Pick<Invocation, 'args' | 'options'> {
  const options: ParseArgsConfig['options'] = { ...COMMON, ...command.options };
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    if (takes(command, positionals.length)) return { args: positionals, options: values as Invocation['options'] };
  } catch (error) {
    throw new UsageError(`${reasonOf(error, argv)}\nusage: granary ${command.name} ${command.usage}`.trimEnd());
  }
  throw new UsageError(`usage: granary ${command.name} ${command.usage}`.trimEnd());
}

/** Node's own text is about the command line's grammar; what people mistype deserves plainer words. */
function reasonOf(error: unknown, argv: readonly string[]): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const [, option = ''] = /'(--?[^\s']+)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `there is no option ${option}`;
  if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return message;
  const value = argv[argv.indexOf(option) + 1];
  return value === undefined || argv.indexOf(option) < 0 ? message : `${option} does not take "${value}"`;
}

function takes({ arity }: Command, given: number): boolean {
  const { least, most } = typeof arity === 'number' ? { least: arity, most: arity } : arity;
  return given >= least && given <= most;
}

function textOf(error: unknown): string {
  return error instanceof UsageError ? `${error.message}\nSee granary --help.` : explain(error);
}

function presentError(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof UsageError || error instanceof ConfigError) return { code: 'usage', message: error.message };
  if (error instanceof DomainError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'internal', message: explain(error) };
}
