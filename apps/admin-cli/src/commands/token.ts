import { DAY_MS } from '@granary/kernel';
import { TokenScope } from '@granary/api-contract';
import { AccessTokensService, AccountsService } from '@granary/forge';
import { UsageError, type Command } from '../command';

const MAX_DAYS = 3650;

function scopesOf(text: unknown): TokenScope[] {
  if (typeof text !== 'string')
    throw new UsageError(`--scopes is missing; choose from ${TokenScope.options.join(', ')}`);
  return text.split(',').map((word) => {
    const scope = TokenScope.safeParse(word.trim());
    if (scope.success) return scope.data;
    throw new UsageError(`"${word.trim()}" is no scope; choose from ${TokenScope.options.join(', ')}`);
  });
}

/** Undefined: the hub's own default. */
function expiryOf(text: unknown): Date | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(String(text)) ? Number(text) : 0;
  if (days < 1 || days > MAX_DAYS) throw new UsageError(`--expires takes a number of days from 1 to ${MAX_DAYS}`);
  return new Date(Date.now() + days * DAY_MS);
}

export const createToken: Command = {
  name: 'token create',
  usage: 'USER --name NAME --scopes SCOPE,… [--expires DAYS]',
  summary: 'Create a personal access token and print it. It expires after 90 days unless told.',
  arity: 1,
  options: { name: { type: 'string' }, scopes: { type: 'string' }, expires: { type: 'string' } },
  async run({ args: [userName = ''], options, hub }) {
    const { name } = options;
    if (typeof name !== 'string' || name.trim() === '') throw new UsageError('--name is missing');
    const scopes = scopesOf(options['scopes']);
    const expiresAt = expiryOf(options['expires']);
    const app = await hub();
    const user = await app.get(AccountsService).requireByName(userName);
    // In the user's own name, as the settings page does it: no token reaches further than its user.
    const { token, secret } = await app.get(AccessTokensService).create(
      {
        kind: 'user',
        userId: user.id,
        name: user.name,
        isAdmin: user.isAdmin,
        via: 'password',
        scopes: null,
        repositoryIds: null,
      },
      { name: name.trim(), scopes, repositoryIds: null, expiresAt },
    );
    const expires = token.expiresAt?.toISOString() ?? null;
    return {
      text: `${secret}\nIt is shown only now, and expires ${expires}.\n`,
      json: {
        id: token.id,
        name: token.name,
        login: user.name,
        scopes: token.scopes,
        expires_at: expires,
        token: secret,
      },
    };
  },
};
