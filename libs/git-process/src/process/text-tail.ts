/** Keeps the last `limitBytes` of what a process says, however much it says. */
export class TextTail {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly limitBytes: number) {}

  push(chunk: Buffer): void {
    const joined = Buffer.concat([this.bytes, chunk]);
    this.bytes = joined.subarray(Math.max(0, joined.length - this.limitBytes));
  }

  toString(): string {
    return this.bytes.toString('utf8');
  }
}
