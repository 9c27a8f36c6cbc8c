import type { GitHome } from './git-home';

export type ExtraEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The whole environment of a git process: it starts empty, so that nothing of the hub's own (secrets, a user's
 * `GIT_*`, a proxy) reaches git. See git(1), "ENVIRONMENT VARIABLES".
 *
 * @param extra facts of this one call, e.g. `GIT_PROTOCOL` or the quarantine; `undefined` leaves a variable out.
 */
export function gitEnvironment(home: GitHome, extra: ExtraEnvironment = {}): Record<string, string> {
  const environment = {
    PATH: home.searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: home.configPath,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    ...extra,
  };
  return Object.fromEntries(Object.entries(environment).filter(isSet));
}

const isSet = (entry: [string, string | undefined]): entry is [string, string] => entry[1] !== undefined;
