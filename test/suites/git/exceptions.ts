import type { Exception } from '../exceptions';

const NAMESPACES = 'GIT_NAMESPACE is set by a web server for git http-backend; a hub has owners instead';
const OWN_ANSWER = 'a program of the suite answers in the place of a server';
const ANY_OBJECT = 'the hub gives any object of a repository by its id, in every version of the protocol';
const OTHER_REFS = 'the hub takes branches, tags and notes, and refuses the rest one by one: here refs/remotes';
const HOOKS = "hooks are the hub's own, none of a repository";

/** What cannot hold against a hub, by script. */
export const EXCEPTIONS: Record<string, Exception[]> = {
  't5541-http-push-smart.sh': [
    { reason: HOOKS, tests: ['rejected update prints status'] },
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
  't5542-push-http-shallow.sh': [
    { reason: OTHER_REFS, tests: ['push to shallow repo via http', 'push from shallow repo via http'] },
  ],
  't5545-push-options.sh': [
    {
      reason: 'the hub takes no push options, and says so before the push',
      tests: ['push options work properly across http', 'push options keep quoted characters intact (http)'],
    },
  ],
  't5548-push-porcelain.sh': [
    { reason: HOOKS, tests: ['pre-receive hook declined (HTTP protocol)'] },
    { reason: 'it goes on where the test before it ends', tests: ['non-fastforward push (HTTP protocol)'] },
  ],
  't5581-http-curl-verbose.sh': [{ reason: OWN_ANSWER, tests: ['failure in git-upload-pack is shown'] }],
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
