import fc from 'fast-check';
import { packKey, parsePackFrame, wantsProgress } from './pack-request';

const oid = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
const revisionsOf = (wants: string[], haves: string[]) =>
  Buffer.from([...wants, '--not', ...haves, ''].map((line) => `${line}\n`).join(''));
const ARGS = ['pack-objects', '--revs', '--thin', '--stdout'];

it('reads what the hook writes', () => {
  fc.assert(
    fc.property(fc.array(oid), fc.array(oid), (wants, haves) => {
      const revisions = revisionsOf(wants, haves);
      const words = ['git', '--shallow-file', '', ...ARGS, '--progress'].join('\n');
      const frame = Buffer.concat([Buffer.from(`pack-objects\0${words}\0\0`), revisions, Buffer.from('\0')]);
      const request = parsePackFrame(frame);
      expect(request).toEqual({ args: ['--shallow-file', '', ...ARGS, '--progress'], revisions });
      expect(request && wantsProgress(request)).toBe(true);
    }),
  );
});

it.each([
  '',
  'pre-receive\0git\npack-objects\0\0\0',
  'pack-objects\0sh\npack-objects\0\0\0',
  'pack-objects\0git\nlog\0\0\0',
])('takes %j for no request', (frame) => expect(parsePackFrame(Buffer.from(frame))).toBeNull());

it('gives requests that one pack answers the same key, and no others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(oid, { minLength: 2 }), fc.nat(), ([wanted, ...others], cut) => {
      const wants = [wanted as string, ...others.slice(0, cut % others.length)];
      const haves = others.slice(cut % others.length);
      const key = (args: string[], ...revisions: [string[], string[]]) =>
        packKey('/r', { args, revisions: revisionsOf(...revisions) });
      const mine = key(ARGS, wants, haves);
      expect(key([...ARGS, '--progress'], [...wants].reverse(), [...haves].reverse())).toBe(mine);
      expect(key(ARGS, haves, wants)).not.toBe(mine);
      expect(key([...ARGS, '--filter=blob:none'], wants, haves)).not.toBe(mine);
      expect(packKey('/s', { args: ARGS, revisions: revisionsOf(wants, haves) })).not.toBe(mine);
    }),
  );
});
