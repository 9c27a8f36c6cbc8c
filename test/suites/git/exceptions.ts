import type { Exception } from '../exceptions';

const NAMESPACES = 'GIT_NAMESPACE is set by a web server for git http-backend; a hub has owners instead';
const OWN_ANSWER = 'a program of the suite answers in the place of a server';
const ANY_OBJECT = 'the hub gives any object of a repository by its id, in every version of the protocol';
const OTHER_REFS = "the hub takes branches, tags and notes, and refuses the rest one by one: the clone's refs/remotes";

/** What cannot hold against a hub, by script. */
export const EXCEPTIONS: Record<string, Exception[]> = {
  't5541-http-push-smart.sh': [
    { reason: "hooks are the hub's own, none of a repository", tests: ['rejected update prints status'] },
    {
      reason: OTHER_REFS,
      tests: ['push --mirror can push to empty repo', 'push --mirror to repo with alternates'],
    },
    {
      reason: 'who pushed stands in the records of the hub, not in a reflog',
      tests: ['http push gives sane defaults to reflog', 'http push respects GIT_COMMITTER_* in reflog'],
    },
    {
      reason: 'the hub takes no signed pushes (receive.certNonceSeed), and git says so',
      tests: ['push with post-receive to inspect certificate'],
    },
    { reason: OWN_ANSWER, tests: ['report error server does not provide ref status'] },
  ],
  't5551-http-fetch-smart.sh': [
    {
      reason: 'it wants the headers of the answer and no others; the hub adds X-Request-Id and X-Content-Type-Options',
      tests: ['clone http repository'],
    },
    {
      reason: 'no repository of a hub shows its refs to all and its objects to some',
      tests: ['no-op half-auth fetch does not require a password'],
    },
    { reason: OWN_ANSWER, tests: ['invalid Content-Type rejected', 'server-side error detected'] },
    {
      reason: NAMESPACES,
      tests: ['smart clone respects namespace', 'dumb clone via http-backend respects namespace'],
    },
    {
      reason: ANY_OBJECT,
      tests: ['test allowreachablesha1inwant with unreachable', 'test allowanysha1inwant with unreachable'],
    },
  ],
  't5702-protocol-v2.sh': [
    {
      reason: OWN_ANSWER,
      tests: [
        'clone repository with http:// using protocol v2 with incomplete pktline length',
        'clone repository with http:// using protocol v2 with incomplete pktline body',
      ],
    },
    { reason: NAMESPACES, tests: ['fetch from namespaced repo respects namespaces'] },
  ],
};
