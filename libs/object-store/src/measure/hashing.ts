export interface Digests {
  /** 64 lower-case hex digits. */
  sha256: string;
  /** CRC-32 of ISO 3309, the one zip uses, as an unsigned 32-bit number. */
  crc32: number;
}

/** The hashes of one body. */
export interface Hashing {
  /** @returns when the next bytes may come; null for at once. */
  add(bytes: Uint8Array): Promise<void> | null;
  finish(): Promise<Digests>;
  /** The body is not hashed to its end, or has been. */
  drop(): void;
}
