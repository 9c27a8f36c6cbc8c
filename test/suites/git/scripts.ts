/**
 * The scripts of git's tests that ask a server over HTTP, as far as that server can be a hub. Not here, because next to
 * nothing of them asks one: t0410, t5500, t5510 and t5601 (one or two tests of dozens), t5558 and t5619 (files of a web
 * server); because everything in them needs what a hub has not: t5411 (hooks of the repository), t5540 and t5550 (a web
 * server without git), t5549 (pushes to refs/remotes), t5561 (settings of git http-backend).
 */
export const SCRIPTS = [
  't5537-fetch-shallow.sh',
  't5539-fetch-http-shallow.sh',
  't5541-http-push-smart.sh',
  't5542-push-http-shallow.sh',
  't5545-push-options.sh',
  't5548-push-porcelain.sh',
  't5551-http-fetch-smart.sh',
  't5581-http-curl-verbose.sh',
  't5616-partial-clone.sh',
  't5700-protocol-v1.sh',
  't5702-protocol-v2.sh',
  't5703-upload-pack-ref-in-want.sh',
  't5812-proto-disable-http.sh',
];
