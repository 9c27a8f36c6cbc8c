import { lib, runProgram } from './testing/node-program';

async function forSources(name: string, text: string): Promise<string> {
  const program = `import { forSources } from ${lib('debian-source.mjs')};
process.stdout.write(forSources(${JSON.stringify(name)}, ${JSON.stringify(text)}));`;
  return (await runProgram(program)).output;
}

it.each([
  [
    'a.list',
    'deb [arch=amd64] http://mirror/debian stable main\n',
    'deb-src [arch=amd64] http://mirror/debian stable main\n',
  ],
  [
    'a.list',
    'deb-src http://mirror/debian stable main\n# deb no\n',
    'deb-src http://mirror/debian stable main\n# deb no\n',
  ],
  [
    'a.sources',
    'Types: deb\nURIs: http://mirror/debian\n\nTypes: deb deb-src\n',
    'Types: deb-src\nURIs: http://mirror/debian\n\nTypes: deb-src\n',
  ],
])('asks the machine’s own mirrors for sources (%s, %j)', async (name, text, expected) => {
  expect(await forSources(name, text)).toBe(expected);
});
