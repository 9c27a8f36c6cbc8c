import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readPushFormat } from './push-format';

const [SHORT, LONG] = ['a'.repeat(40), 'b'.repeat(64)];

const packet = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;

it.each([
  [packet(`${'0'.repeat(40)} ${SHORT} refs/heads/main\0 report-status`), 'sha1'],
  [packet(`${'0'.repeat(64)} ${LONG} refs/heads/main\0 report-status`), 'sha256'],
  [packet(`shallow ${SHORT}`), 'sha1'],
  [`${packet(`shallow ${LONG}\n`)}0000PACK`, 'sha256'],
  [packet(`${'c'.repeat(50)} `), null],
  [packet('push-cert\0 agent'), null],
  ['0000', null],
  ['', null],
  ['zzzz', null],
  ['00ff1234', null],
])('reads %j whatever its cuts, and takes nothing away', async (wire, format) => {
  for (const size of [1, 3, 1000]) {
    const chunks = Array.from({ length: Math.ceil(wire.length / size) }, (_, at) =>
      Buffer.from(wire.slice(at * size, (at + 1) * size)),
    );
    const read = await readPushFormat(Readable.from(chunks, { objectMode: false }));
    expect(read.format).toBe(format);
    expect(await text(read.input)).toBe(wire);
  }
});
