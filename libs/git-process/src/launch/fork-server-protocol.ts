/** What a hub and its fork server say to each other over Node's IPC channel, and how a descriptor introduces itself. */

/** The first message. */
export interface Greeting {
  /** Of the socket that the fork server connects descriptors to. */
  socketPath: string;
  /** 16 bytes in hexadecimal that prove a connection to be the fork server's. */
  secret: string;
}

export interface LaunchRequest {
  id: number;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** How many, from 0. */
  descriptors: number;
  isBackground: boolean;
}

export type LaunchNews =
  | { id: number; event: 'started'; pid: number }
  | { id: number; event: 'failed'; code: string; message: string }
  | { id: number; event: 'exited'; exitCode: number | null; signal: NodeJS.Signals | null };

const SECRET_BYTES = 16;
/** The secret, the launch's id and the descriptor, each of the two a big-endian unsigned integer of 32 bits. */
export const INTRODUCTION_BYTES = SECRET_BYTES + 8;

export interface Introduction {
  id: number;
  descriptor: number;
}

export function formatIntroduction(secret: string, { id, descriptor }: Introduction): Buffer {
  const bytes = Buffer.alloc(INTRODUCTION_BYTES);
  bytes.write(secret, 'hex');
  bytes.writeUInt32BE(id, SECRET_BYTES);
  bytes.writeUInt32BE(descriptor, SECRET_BYTES + 4);
  return bytes;
}

/** @returns `null` for who does not know the secret. */
export function parseIntroduction(secret: string, bytes: Buffer): Introduction | null {
  if (bytes.toString('hex', 0, SECRET_BYTES) !== secret) return null;
  return { id: bytes.readUInt32BE(SECRET_BYTES), descriptor: bytes.readUInt32BE(SECRET_BYTES + 4) };
}
