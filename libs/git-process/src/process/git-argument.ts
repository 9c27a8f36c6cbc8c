import { isUtf8 } from 'node:buffer';

/** An argument of git. Paths are bytes: those that are no UTF-8 are passed on as they are. */
export type GitArgument = string | Buffer;

/**
 * The program that runs `words`. Node writes every argument as UTF-8; where one is none, a shell writes its bytes and
 * becomes the program. No word is syntax to it.
 */
export function programOf(words: readonly GitArgument[]): { command: string; args: string[] } {
  const isText = (word: GitArgument) => typeof word === 'string' || isUtf8(word);
  if (words.every(isText)) {
    const [command = '', ...args] = words.map(String);
    return { command, args };
  }
  const assignments: string[] = [];
  const written = words.map((word, at) => {
    if (isText(word)) return `'${String(word).replaceAll("'", `'\\''`)}'`;
    // The last character keeps line feeds at the end, which a shell would drop.
    const octal = [...Buffer.from(word), 0x78].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    assignments.push(`w${at}=$(printf '${octal}'); `);
    return `"\${w${at}%x}"`;
  });
  return { command: 'sh', args: ['-c', `${assignments.join('')}exec ${written.join(' ')}`] };
}
