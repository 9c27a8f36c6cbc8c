import { AccessTokensService, AccountsService, type AccessToken } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { UsageError, type Command } from '../command';
import { table } from '../table';

function present(token: AccessToken) {
  return {
    id: token.id,
    name: token.name,
    token_prefix: token.tokenPrefix,
    scopes: token.scopes,
    repository_ids: token.repositoryIds,
    created_at: token.createdAt.toISOString(),
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    expires_at: token.expiresAt?.toISOString() ?? null,
  };
}

export const listTokens: Command = {
  name: 'token list',
  usage: 'USER',
  summary: "List an account's personal access tokens. The secrets are stored nowhere.",
  arity: 1,
  async run({ args: [name = ''], hub }) {
    const app = await hub();
    const user = await app.get(AccountsService).requireByName(name);
    const tokens = (await app.get(AccessTokensService).list(user.id)).rows.map(present);
    const rows = tokens.map(({ id, name: title, token_prefix, scopes, last_used_at, expires_at }) => [
      ...[String(id), title, `${token_prefix}…`, scopes.join(',')],
      ...[last_used_at ?? 'never', expires_at ?? 'never'],
    ]);
    return { text: table(['ID', 'NAME', 'TOKEN', 'SCOPES', 'USED', 'EXPIRES'], rows), json: tokens };
  },
};

export const revokeToken: Command = {
  name: 'token revoke',
  usage: 'USER (ID | --all)',
  summary: 'Take a token from an account, by the id that token list shows, or all of them.',
  arity: { least: 1, most: 2 },
  options: { all: { type: 'boolean' } },
  async run({ args: [name = '', idText], options, hub }) {
    const isAll = options['all'] === true;
    if (isAll === (idText !== undefined)) throw new UsageError('name the id of one token, or --all');
    if (idText !== undefined && !/^\d{1,9}$/.test(idText)) throw new UsageError(`"${idText}" is no id of a token`);
    const app = await hub();
    const tokens = app.get(AccessTokensService);
    const user = await app.get(AccountsService).requireByName(name);
    const ids = isAll ? (await tokens.list(user.id)).rows.map(({ id }) => id) : [Number(idText)];
    const revoked: number[] = [];
    for (const id of ids) if (await tokens.revoke(user.id, id)) revoked.push(id);
    if (!isAll && revoked.length === 0)
      throw new DomainError('not_found', `${user.name} has no token ${idText}.`, {
        hint: 'granary token list shows them.',
      });
    const noun = revoked.length === 1 ? 'token' : 'tokens';
    return { text: `Revoked ${revoked.length} ${noun} of ${user.name}.\n`, json: { login: user.name, revoked } };
  },
};
