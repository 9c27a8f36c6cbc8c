import type { AddressBook, Place, Route } from '../front/address-book';

const OPEN: Route = { open: true, private: false };

const ROUTES: Record<string, Route> = {
  '/smart/': OPEN,
  // Settings of Apache's environment of git, which no hub has: the tests of them are listed in exceptions.ts.
  '/smart_custom_env/': OPEN,
  '/smart_namespace/': OPEN,
  '/smart_v0/': { ...OPEN, withoutHeader: 'git-protocol' },
  '/smart_cookies/': { ...OPEN, answerHeader: ['Set-Cookie', 'name=value'] },
  '/smart_headers/': { ...OPEN, needsHeaders: { 'x-magic-one': 'abra', 'x-magic-two': 'cadabra' } },
  '/one_time_perl/': { ...OPEN, oncePerl: 'one-time-perl' },
  '/auth/smart/': { open: false, private: true },
  '/auth-fetch/smart/': { open: false, private: true },
  '/auth-push/smart/': { open: false, private: false },
  '/half-auth-complete/smart/': { open: false, private: false },
};

/** Redirections that the tests have their web server make, to addresses of the table above. */
const REDIRECTIONS: [from: RegExp, status: number, to: string][] = [
  [/^\/smart-redir-perm\/(.*)$/, 301, '/smart/$1'],
  [/^\/smart-redir-temp\/(.*)$/, 302, '/smart/$1'],
  [/^\/smart-redir-auth\/(.*)$/, 301, '/auth/smart/$1'],
  [/^\/smart-redir-limited\/(.*\/info\/refs.*)$/, 301, '/smart/$1'],
  [/^\/insane-redir\/(.*)$/, 301, '/intern-redir/$1/foo'],
  [/^\/loop-redir\/(?:x-){20}(.*)$/, 302, '/$1'],
  [/^\/loop-redir\/(.*)$/, 302, '/loop-redir/x-$1'],
  [/^\/ftp-redir\/(.*)$/, 302, 'ftp://localhost:1000/$1'],
];

export function redirectionOf(target: string): { status: number; location: string } | undefined {
  const found = REDIRECTIONS.find(([from]) => from.test(target));
  return found && { status: found[1], location: target.replace(found[0], found[2]) };
}

const REST = /^(.*?)(?:\.git)?\/*(\/(?:info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/.*)(?:\?.*)?)$/;

/** @returns undefined for what is no address of a repository. */
export function placeOf(target: string): Place | undefined {
  const folder = Object.keys(ROUTES).find((prefix) => target.startsWith(prefix));
  const route = ROUTES[folder ?? ''];
  const [, name, rest] = REST.exec(target.slice(folder?.length)) ?? [];
  return route && name !== undefined && rest !== undefined ? { route, name, rest } : undefined;
}

export const GIT_ADDRESSES: AddressBook = {
  repositories: 'www',
  // The second half of a redirection that only looks insane.
  placeOf: (target) => placeOf(target.replace(/^\/intern-redir\/(.*)\/foo/, '/smart/$1')),
  redirectionOf,
  isKnown: ({ user, password }) => user === 'user@host' && password === 'pass@host',
};
