/** The first version that knows of object formats on the wire. */
const KNOWS_FORMATS = [2, 28] as const;

/** Whether a request's `User-Agent` is that of git itself; libgit2 calls itself `git/2.0 (libgit2 …)`, dulwich `git/dulwich/…`. */
export function isGitThatKnowsFormats(userAgent: string | undefined): boolean {
  const [, major, minor] = /^git\/(\d+)\.(\d+)(?!.*libgit2)/.exec(userAgent ?? '') ?? [];
  if (major === undefined) return false;
  return Number(major) > KNOWS_FORMATS[0] || (Number(major) === KNOWS_FORMATS[0] && Number(minor) >= KNOWS_FORMATS[1]);
}
