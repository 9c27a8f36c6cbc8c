import { randomBytes } from 'node:crypto';
import { cutText, isSignatureOf, signatureOf } from '@granary/kernel';
import { Injectable } from '@nestjs/common';

const MAX_TEXT = 1500;

/** For whom a note is: nobody else is shown it. */
interface Reader {
  userId: number;
  repositoryId: number;
}

/**
 * Tells the page behind a redirect why a form without JavaScript was refused. Signed with a key that lives as long as
 * the process: nobody writes on a page of the hub through its address.
 */
@Injectable()
export class RefusalNotes {
  private readonly key = randomBytes(32);

  write(reader: Reader, text: string): string {
    const body = Buffer.from(cutText(text, MAX_TEXT)).toString('base64url');
    return `${body}.${signatureOf(signedText(reader, body), this.key)}`;
  }

  /** Null for what is no note, or somebody else's. */
  read(reader: Reader, note: unknown): string | null {
    const [body = '', signature = ''] = typeof note === 'string' ? note.split('.') : [];
    if (!isSignatureOf(signedText(reader, body), signature, this.key)) return null;
    return Buffer.from(body, 'base64url').toString('utf8');
  }
}

function signedText({ userId, repositoryId }: Reader, body: string): string {
  return `${userId} ${repositoryId} ${body}`;
}
