/** The scripts of git's tests that ask a server over HTTP, as far as that server can be a hub. */
export const SCRIPTS = ['t5541-http-push-smart.sh', 't5551-http-fetch-smart.sh', 't5702-protocol-v2.sh'];
