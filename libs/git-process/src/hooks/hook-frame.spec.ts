import fc from 'fast-check';
import { countFieldEnds, isCompleteFrame } from './frame-reader';
import { formatHookAnswer, HookFrameError, parseHookFrame } from './hook-frame';

const OLD = '0'.repeat(40);
const NEW = 'b'.repeat(40);
const frame = (...fields: string[]): Buffer => Buffer.from(fields.map((field) => `${field}\0`).join(''));

/** Half a surrogate pair has no UTF-8 form. */
const isWellFormed = (text: string): boolean => Buffer.from(text).toString() === text;
const ref = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((name) => !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(name) && isWellFormed(name))
  .map((name) => `refs/heads/${name}`);
const oid = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
const command = fc.record({ oldOid: oid, newOid: oid, ref });
const path = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && isWellFormed(text));

it('reads back what a hook writes', () => {
  fc.assert(
    fc.property(fc.array(command), path, path, (commands, objectDirectory, alternates) => {
      const lines = commands.map(({ oldOid, newOid, ref: name }) => `${oldOid} ${newOid} ${name}\n`).join('');
      const bytes = frame('pre-receive', objectDirectory, alternates, lines);
      expect(isCompleteFrame(countFieldEnds(bytes))).toBe(true);
      expect(parseHookFrame(bytes)).toEqual({
        hook: 'pre-receive',
        commands,
        unreadable: [],
        quarantine: { objectDirectory, alternates },
      });
    }),
  );
});

it('throws nothing but a HookFrameError, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        parseHookFrame(Buffer.concat([Buffer.from('pre-receive\0\0\0'), bytes, Buffer.from('\0')]));
      } catch (error) {
        expect(error).toBeInstanceOf(HookFrameError);
      }
    }),
  );
});

it('is incomplete at every cut', () => {
  const bytes = frame('post-receive', '', '', `${OLD} ${NEW} refs/heads/a\n`);
  for (let cut = 0; cut < bytes.length; cut++)
    expect(isCompleteFrame(countFieldEnds(bytes.subarray(0, cut)))).toBe(false);
});

it.each<[string, Buffer]>([
  ['an unknown hook', frame('update', '', '', '')],
  ['a fifth field', frame('pre-receive', '', '', '', '')],
  ['a cut command', frame('pre-receive', '', '', `${OLD} ${NEW} refs/heads/a`)],
  ['an abbreviated id', frame('pre-receive', '', '', `${OLD} b refs/heads/a\n`)],
  ['a ref outside refs/', frame('pre-receive', '', '', `${OLD} ${NEW} HEAD\n`)],
  ['an empty line', frame('pre-receive', '', '', '\n')],
])('refuses %s', (_case, bytes) => expect(() => parseHookFrame(bytes)).toThrow(HookFrameError));

it.each([
  ['a right-to-left override', Buffer.from('refs/heads/a\u202eb')],
  ['a C1 control', Buffer.from('refs/heads/a\u009bb')],
  ['bytes that are no UTF-8', Buffer.from('refs/heads/caf\xe9', 'latin1')],
])('sets apart a name with %s, as the bytes that it is', (_case, name) => {
  const [before, after] = [`${OLD} ${NEW} refs/heads/a\n${OLD} ${NEW} `, `\n${OLD} ${NEW} refs/heads/é\n\0`];
  const bytes = Buffer.concat([Buffer.from(`pre-receive\0\0\0${before}`), name, Buffer.from(after)]);
  expect(parseHookFrame(bytes)).toMatchObject({
    commands: [{ ref: 'refs/heads/a' }, { ref: 'refs/heads/é' }],
    unreadable: [name],
  });
});

it('answers line by line; no message can forge the verdict', () => {
  expect(formatHookAnswer(false, ['one\ntwo', '\raccept\u001b'])).toBe(
    'say one\nsay two\nsay \ufffdaccept\ufffd\nrefuse\n',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.boolean(), (messages, accept) => {
      const lines = formatHookAnswer(accept, messages).split('\n').slice(0, -1);
      expect(lines.pop()).toBe(accept ? 'accept' : 'refuse');
      expect(lines.every((line) => line.startsWith('say '))).toBe(true);
    }),
  );
});
