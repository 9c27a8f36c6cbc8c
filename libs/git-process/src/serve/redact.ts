import { Transform, type Readable } from 'node:stream';

/** Git's own messages line by line, with the place of the repository on this machine left out. */
export function redact(stderr: Readable, repositoryPath: string): Readable {
  let rest = '';
  const clean = (text: string): string => text.replaceAll(repositoryPath, 'the repository');
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // latin1 keeps every byte as it is, whatever encoding a name is in.
      const text = rest + chunk.toString('latin1');
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      rest = text.slice(end);
      done(null, Buffer.from(clean(text.slice(0, end)), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(clean(rest), 'latin1'));
    },
  });
  stderr.once('error', (error) => lines.destroy(error));
  return stderr.pipe(lines);
}
