import { randomBytes } from 'node:crypto';
import { AccountsService, type User } from '@granary/forge';
import type { Command } from '../command';
import { table } from '../table';

const PAGE = 500;

export function presentAccount(user: User) {
  return {
    id: user.id,
    login: user.name,
    email: user.email,
    site_admin: user.isAdmin,
    active: user.isActive,
    created_at: user.createdAt.toISOString(),
  };
}

const NO_ADDRESS =
  'Without --email no commit counts as theirs or as verified until they set an address in Settings, Profile.';

export const createUser: Command = {
  name: 'user create',
  usage: 'NAME [--admin] [--email ADDRESS] [--password-stdin]',
  summary: 'Create an account. Without --password-stdin a password is made up and printed.',
  arity: 1,
  options: { admin: { type: 'boolean' }, email: { type: 'string' }, 'password-stdin': { type: 'boolean' } },
  async run({ args: [name = ''], options, hub, readInput }) {
    const isGiven = options['password-stdin'] === true;
    const password = isGiven ? (await readInput()).replace(/\r?\n$/, '') : randomBytes(15).toString('base64url');
    const accounts = (await hub()).get(AccountsService);
    const email = options['email'] === undefined ? null : String(options['email']);
    const user = await accounts.create({ name, password, email, isAdmin: options['admin'] === true });
    const later = email === null ? `${NO_ADDRESS}\n` : '';
    const shown = isGiven ? '' : `Password: ${password}\nIt is shown only now.\n`;
    return {
      text: `Created ${user.isAdmin ? 'the administrator' : 'the user'} ${user.name}.\n${later}${shown}`,
      json: isGiven ? presentAccount(user) : { ...presentAccount(user), password },
    };
  },
};

export const listUsers: Command = {
  name: 'user list',
  usage: '',
  summary: 'List the accounts.',
  arity: 0,
  async run({ hub }) {
    const accounts = (await hub()).get(AccountsService);
    const users: User[] = [];
    for (let page = await accounts.list({ limit: PAGE, offset: 0 }); ;) {
      users.push(...page);
      if (page.length < PAGE) break;
      page = await accounts.list({ limit: PAGE, offset: users.length });
    }
    const rows = users.map((user) => [
      user.name,
      user.email ?? '-',
      user.isAdmin ? 'admin' : 'user',
      user.isActive ? 'active' : 'disabled',
      user.createdAt.toISOString(),
    ]);
    return { text: table(['NAME', 'EMAIL', 'ROLE', 'STATE', 'CREATED'], rows), json: users.map(presentAccount) };
  },
};
