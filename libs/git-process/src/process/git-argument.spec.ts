import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { programOf } from './git-argument';

it('starts nothing in between where all is text', () => {
  expect(programOf(['git', Buffer.from('größe')])).toEqual({ command: 'git', args: ['größe'] });
});

it('hands over any bytes, whatever a shell would make of them', () => {
  const word = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).filter((byte) => byte !== 0));
  const text = fc.string({ maxLength: 12, unit: fc.constantFrom(...`a' "\\$\`\n;%é`) });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 3 }), text, (words, plain) => {
      const bytes = [...words.map((each) => Buffer.from(each)), Buffer.from('\xe9\n\n', 'latin1')];
      const { command, args } = programOf(['printf', '%s\\0', plain, ...bytes]);
      const printed = execFileSync(command, args, { env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } });
      expect(printed).toEqual(Buffer.concat([Buffer.from(plain), ...bytes].flatMap((each) => [each, Buffer.of(0)])));
    }),
    { numRuns: 50 },
  );
});
