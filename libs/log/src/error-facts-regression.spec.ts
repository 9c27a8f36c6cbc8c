import { Writable } from 'node:stream';
import pino from 'pino';
import { errorFacts } from './error-facts';

function logged(err: unknown): { text: string; err: Record<string, unknown> } {
  let text = '';
  const sink = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) });
  pino({ serializers: { err: errorFacts } }, sink).error({ err }, 'it failed');
  return { text, err: (JSON.parse(text) as { err: Record<string, unknown> }).err };
}

it('tells an error and its causes, and nothing that a driver hangs on them', () => {
  const client = { connectionParameters: { password: 'hunter2' }, query: 'SELECT $1' };
  const lost = Object.assign(new Error('terminating connection'), { code: '57P01', client });
  const { text, err } = logged(Object.assign(new TypeError('no answer', { cause: lost }), { parameters: ['hunter2'] }));
  expect(text).not.toMatch(/hunter2|connectionParameters|SELECT/);
  expect(err).toMatchObject({
    type: 'TypeError',
    message: 'no answer',
    stack: expect.stringContaining('error-facts'),
    cause: { type: 'Error', message: 'terminating connection', code: '57P01' },
  });
});

it('tells what each address answered', () => {
  const refused = new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')]);
  expect(logged(refused).err).toMatchObject({
    type: 'AggregateError',
    errors: [{ message: 'refused by ::1' }, { message: 'refused by 127.0.0.1' }],
  });
});

it('ends with causes that go in a circle, and takes what is no error', () => {
  const error = new Error('again and again');
  error.cause = error;
  expect(logged(error).text.match(/again and again/g)?.length).toBeGreaterThan(1);
  expect(logged('a word').err).toEqual({ type: 'string', message: 'a word' });
});

it('shows no signature of a presigned address and no password of a database', () => {
  const { text } = logged(
    new Error(
      'GET https://s3.example/b/k?X-Amz-Credential=AKID%2F2026&X-Amz-Signature=abcdef failed; postgres://hub:secret@db/hub',
    ),
  );
  expect(text).not.toMatch(/AKID|abcdef|secret/);
  expect(text).toContain('https://s3.example/b/k?X-Amz-Credential=');
});
