import { randomBytes } from 'node:crypto';
import { AccountLifecycleService, AccountsService, type User } from '@granary/forge';
import type { INestApplicationContext } from '@nestjs/common';
import { UsageError, type Command } from '../command';
import { presentAccount } from './user';

/** The services of the hub, and the account that the command line names. */
async function found(hub: () => Promise<INestApplicationContext>, name = '') {
  const app = await hub();
  return { lifecycle: app.get(AccountLifecycleService), user: await app.get(AccountsService).requireByName(name) };
}

const outcome = (user: User, text: string) => ({ text: `${text}\n`, json: presentAccount(user) });

export const disableUser: Command = {
  name: 'user disable',
  usage: 'NAME',
  summary: 'Let an account sign in nowhere: its sessions end, its password, tokens and keys are refused at once.',
  arity: 1,
  async run({ args, hub }) {
    const { lifecycle, user } = await found(hub, args[0]);
    return outcome(await lifecycle.setActive(user.id, false), `${user.name} is disabled.`);
  },
};

export const enableUser: Command = {
  name: 'user enable',
  usage: 'NAME',
  summary: 'Undo user disable: the password, tokens and keys of the account work again.',
  arity: 1,
  async run({ args, hub }) {
    const { lifecycle, user } = await found(hub, args[0]);
    return outcome(await lifecycle.setActive(user.id, true), `${user.name} is enabled.`);
  },
};

export const adminUser: Command = {
  name: 'user admin',
  usage: 'NAME [--revoke]',
  summary: 'Make an account an administrator of the hub; with --revoke an ordinary user again.',
  arity: 1,
  options: { revoke: { type: 'boolean' } },
  async run({ args, options, hub }) {
    const isAdmin = options['revoke'] !== true;
    const { lifecycle, user } = await found(hub, args[0]);
    const changed = await lifecycle.setAdmin(user.id, isAdmin);
    return outcome(changed, `${user.name} is ${isAdmin ? 'an administrator' : 'an ordinary user'}.`);
  },
};

export const resetPassword: Command = {
  name: 'user password',
  usage: 'NAME [--password-stdin]',
  summary:
    'Set a new password and end the sessions of the account. Without --password-stdin it is made up and printed.',
  arity: 1,
  options: { 'password-stdin': { type: 'boolean' } },
  async run({ args, options, hub, readInput }) {
    const isGiven = options['password-stdin'] === true;
    const password = isGiven ? (await readInput()).replace(/\r?\n$/, '') : randomBytes(15).toString('base64url');
    const { lifecycle, user } = await found(hub, args[0]);
    const changed = await lifecycle.resetPassword(user.id, password);
    const shown = isGiven ? '' : `Password: ${password}\nIt is shown only now.\n`;
    return {
      text: `${user.name} has a new password.\n${shown}`,
      json: isGiven ? presentAccount(changed) : { ...presentAccount(changed), password },
    };
  },
};

export const deleteUser: Command = {
  name: 'user delete',
  usage: 'NAME --yes',
  summary: 'Delete an account that owns no repositories, with its tokens, keys, locks and roles. It cannot be undone.',
  arity: 1,
  options: { yes: { type: 'boolean' } },
  async run({ args, options, hub }) {
    if (options['yes'] !== true) throw new UsageError('deleting an account cannot be undone: confirm it with --yes');
    const { lifecycle, user } = await found(hub, args[0]);
    await lifecycle.remove(user.id);
    return outcome(user, `${user.name} is deleted.`);
  },
};
