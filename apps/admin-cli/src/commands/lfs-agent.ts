import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import { UsageError, type Command } from '../command';
import { readCallerDir } from '../config';

/** Beside us in what is built. */
const AGENT = join(__dirname, '../../../lfs-agent/src/lfs-agent.js');

export const installLfsAgent: Command = {
  name: 'lfs agent install',
  usage: '[--global | --local]',
  summary:
    "Tell this account's git-lfs about the agent that sends large objects in parts (docs/lfs.md). " +
    'With --local only the repository in which the command is called. It needs no hub.',
  arity: 0,
  options: { global: { type: 'boolean' }, local: { type: 'boolean' } },
  async run({ options }) {
    if (options['global'] === true && options['local'] === true) throw new UsageError('--global or --local, not both');
    const scope = options['local'] === true ? 'local' : 'global';
    const { status, stdout, stderr } = spawnSync(process.execPath, [AGENT, 'install', `--${scope}`], {
      cwd: readCallerDir(),
      encoding: 'utf8',
    });
    if (status !== 0) throw new DomainError('unavailable', `git-lfs could not be told: ${stderr.trim()}`);
    return { text: stdout, json: { transfer: 'granary-multipart', scope } };
  },
};
