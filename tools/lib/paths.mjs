import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the clone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CACHE = join(ROOT, '.cache');
export const API_ENTRY = join(ROOT, 'dist/apps/api/src/main.js');
export const ADMIN_CLI_ENTRY = join(ROOT, 'dist/apps/admin-cli/src/main.js');
export const WORKER_ENTRY = join(ROOT, 'dist/apps/worker/src/main.js');
/** What the built server was made from. */
export const SERVER_STAMP = join(CACHE, 'build-server.stamp');
/** `next build` writes it last. */
export const WEB_BUILD_ID = join(ROOT, 'apps/web/.next/BUILD_ID');
/** The file that Node runs for `nx`, `jest`, `eslint`, …: no shell and no npx between us and the process. */
export const bin = (name) => join(ROOT, 'node_modules/.bin', name);
