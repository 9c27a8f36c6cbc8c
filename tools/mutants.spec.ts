import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runProgram } from './testing/node-program';

const moduleUrl = (name: string): string => JSON.stringify(pathToFileURL(join(ROOT, 'tools/mutants', name)).href);

it('names no file that is gone, and none that has no tests near it', async () => {
  const { output } = await runProgram(`
    import { existsSync } from 'node:fs';
    import { join } from 'node:path';
    import { GROUPS } from ${moduleUrl('groups.mjs')};
    import { specsOf } from ${moduleUrl('specs.mjs')};
    for (const { room, files } of Object.values(GROUPS)) {
      for (const entry of files.map((file) => (typeof file === 'string' ? { file } : file))) {
        const missing = [entry.file, ...specsOf(room, entry)].filter((path) => !existsSync(join(room, path)));
        if (missing.length > 0) console.log(room, 'has no', ...missing);
        if (specsOf(room, entry).length === 0) console.log(room, entry.file, 'has no tests');
      }
    }
    console.log('looked');`);
  expect(output).toBe('looked\n');
});
