import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the original, what follows needs no Apache. */
const BEHIND_THE_SERVER = /^test_http_push_nonff \(\)/m;

/** Puts our library over the one by which the scripts start Apache; the original stays beside it. */
export function layBridge(tests: string): void {
  const library = join(tests, 'lib-httpd.sh');
  const kept = join(tests, 'lib-httpd.original.sh');
  if (!existsSync(kept)) writeFileSync(kept, readFileSync(library));
  const original = readFileSync(kept, 'utf8');
  const [found] = BEHIND_THE_SERVER.exec(original) ?? [];
  if (found === undefined) throw new Error(`${kept} is not the library that this bridge was written for`);
  writeFileSync(
    library,
    readFileSync(join(__dirname, 'lib-httpd.sh'), 'utf8') + original.slice(original.indexOf(found)),
  );
}
