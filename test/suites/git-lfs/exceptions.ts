import type { Exception } from '../exceptions';

const MAGIC = 'the test server answers so to objects and repositories of certain names; a hub knows no such names';
const OWNER = "it wants the owner of a lock to be called as the test server's; a hub tells the login";
const ANY_REPOSITORY = 'the test server tells locks of any repository, also where the test names none that exists';
const ELSEWHERE =
  'the hub has the object already, in another repository of the same user, and takes it from there (docs/lfs.md)';
const TRANSFER = 'the test server offers whatever transfer the client names; the hub chooses one that it speaks';
const OWN_ADDRESS =
  'what the hub tells a client to ask next has the address of the hub, wherever the client was sent to';
const DELETE = 'the test server deletes an object when it is asked to; the hub keeps what is named';

/** What cannot hold against a hub, by script. */
export const EXCEPTIONS: Record<string, Exception[]> = {
  't-batch-transfer.sh': [{ reason: MAGIC, tests: ['batch transfers fail with an unknown hash algorithm'] }],
  't-content-type.sh': [
    {
      reason: 'the hub names the type of an upload itself, so that no client has to guess',
      tests: ['content-type: is enabled by default'],
    },
    { reason: MAGIC, tests: ['content-type: warning message'] },
    // Where its archive was made in the same second as the one of the test before, and is the same.
    { reason: ELSEWHERE, tests: ['content-type: is disabled by configuration'] },
  ],
  't-custom-transfers.sh': [
    { reason: TRANSFER, tests: ['custom-transfer-wrong-path', 'custom-transfer-upload-download'] },
  ],
  't-fetch-refspec.sh': [{ reason: MAGIC, tests: ['fetch with bad ref'] }],
  't-fetch.sh': [{ reason: DELETE, tests: ['fetch with missing object'] }],
  't-lock.sh': [
    { reason: MAGIC, tests: ['lock with bad ref'] },
    { reason: OWNER, tests: ['lock multiple files (JSON)'] },
    {
      reason: 'certificates of clients are a matter of the proxy in front of a hub',
      tests: ['create lock with server using client cert'],
    },
    {
      reason: 'a path behind a symbolic link guards nothing: the hub tells the path that does',
      tests: ['creating a lock (symlinked working directory)'],
    },
  ],
  't-locks.sh': [
    { reason: MAGIC, tests: ['list a single lock with bad ref'] },
    {
      reason: OWNER,
      tests: ['list a single lock', 'list a single lock (SSH; git-lfs-authenticate)', 'list a single lock (--json)'],
    },
  ],
  't-pull.sh': [
    { reason: OWN_ADDRESS, tests: ['pull with invalid insteadof'] },
    { reason: DELETE, tests: ['pull: with missing object'] },
  ],
  't-pre-push.sh': [
    {
      reason: MAGIC,
      tests: [
        'pre-push with bad ref',
        'pre-push locks verify 5xx with verification enabled',
        'pre-push locks verify 403 with bad ref',
        'pre-push locks verify 5xx with verification unset',
        'pre-push locks verify 501 with verification enabled',
        'pre-push locks verify 501 with verification unset',
        'pre-push locks verify 403 with verification enabled',
        'pre-push locks verify 403 with verification unset',
      ],
    },
    {
      reason: ELSEWHERE,
      tests: [
        'pre-push with missing pointer not on server',
        'pre-push reject missing pointers (lfs.allowincompletepush default)',
      ],
    },
    { reason: DELETE, tests: ['pre-push unfetched deleted remote branch & server GC'] },
    {
      reason: ANY_REPOSITORY,
      tests: ['pre-push with their lock on lfs file', 'pre-push with their lock on non-lfs lockable file'],
    },
  ],
  't-prune.sh': [{ reason: DELETE, tests: ['prune verify'] }],
  't-push-failures-local.sh': [
    {
      reason: 'the hub refuses history whose objects are missing, unless a push rule of the repository lets it in',
      tests: ['push with missing objects (lfs.allowincompletepush true)'],
    },
    { reason: ELSEWHERE, tests: ['push reject missing objects (lfs.allowincompletepush false)'] },
  ],
  't-push.sh': [
    {
      reason: MAGIC,
      tests: [
        'push with bad ref',
        'push (retry with expired actions)',
        'push (with invalid object size)',
        'storage upload with compression',
      ],
    },
    { reason: OWN_ADDRESS, tests: ['push with invalid pushInsteadof'] },
  ],
  't-reference-clone.sh': [{ reason: DELETE, tests: ['clone with reference', 'fetch from clone reference'] }],
  't-resume-http-range.sh': [{ reason: MAGIC, tests: ['resume-http-range', 'resume-http-range-fallback'] }],
  't-resume-tus.sh': [
    // Where a script before it has pushed the same bytes; by itself it passes.
    { reason: ELSEWHERE, tests: ['tus-upload-uninterrupted'] },
    { reason: MAGIC, tests: ['tus-upload-interrupted-resume'] },
  ],
  't-unlock.sh': [
    { reason: MAGIC, tests: ['unlocking a lock by path with bad ref', 'unlocking a lock by id with bad ref'] },
  ],
  't-verify.sh': [
    {
      reason: 'the hub has seen the bytes of such an upload, and has nobody verify it (docs/adr/0018)',
      tests: [
        'verify with retries',
        'verify with retries (success without retry)',
        'verify with retries (insufficient retries)',
        'verify with retries (bad .gitconfig)',
      ],
    },
  ],
};
