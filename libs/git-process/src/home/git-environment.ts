import type { GitHome } from './git-home';

/**
 * The whole environment of a git process: it starts empty, so that nothing of the hub's own (secrets, a user's
 * `GIT_*`, a proxy) reaches git. See git(1), "ENVIRONMENT VARIABLES".
 *
 * @param extra facts of this one call, e.g. `GIT_PROTOCOL` or the quarantine.
 */
export function gitEnvironment(home: GitHome, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
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
}
