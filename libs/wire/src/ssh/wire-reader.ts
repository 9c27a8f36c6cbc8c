/** Reads the data types of the SSH protocol off a buffer (RFC 4251, section 5). */
export class SshWireReader {
  #at = 0;

  constructor(private readonly buffer: Buffer) {}

  get isAtEnd(): boolean {
    return this.#at === this.buffer.length;
  }

  /** The bytes of the next `string`, as a view; null when the buffer ends inside it. */
  string(): Buffer | null {
    if (this.#at + 4 > this.buffer.length) return null;
    const start = this.#at + 4;
    const end = start + this.buffer.readUInt32BE(this.#at);
    if (end > this.buffer.length) return null;
    this.#at = end;
    return this.buffer.subarray(start, end);
  }

  /** Steps over `bytes`; false when the buffer ends before. */
  skip(bytes: number): boolean {
    if (this.#at + bytes > this.buffer.length) return false;
    this.#at += bytes;
    return true;
  }

  /** The magnitude of the next `mpint`, which must be positive and in its shortest form; null otherwise. */
  positiveMpint(): Buffer | null {
    const bytes = this.string();
    const first = bytes?.[0];
    if (!bytes || first === undefined || first >= 0x80) return null;
    if (first !== 0) return bytes;
    return (bytes[1] ?? 0) >= 0x80 ? bytes.subarray(1) : null;
  }
}
