const OID_BYTES = 32;
const FIRST_CAPACITY = 1024;

/**
 * The LFS objects of one repository and which of them something names: 33 bytes for each, since a repository may have a
 * million.
 */
export class OidMarks {
  private count = 0;
  private oids = Buffer.alloc(FIRST_CAPACITY * OID_BYTES);
  private marks = new Uint8Array(FIRST_CAPACITY);

  get length(): number {
    return this.count;
  }

  /** @param oid comes in the order of the oids. */
  add(oid: string): void {
    if (this.count > 0 && oid <= this.oidAt(this.count - 1)) throw new Error('the oids are not in order');
    if (this.count === this.marks.length) this.grow();
    this.oids.write(oid, this.count * OID_BYTES, 'hex');
    this.count++;
  }

  /** Oids that are not here pass unnoticed. */
  mark(oid: string): void {
    const place = this.find(oid);
    if (place !== -1) this.marks[place] = 1;
  }

  isKnown(oid: string): boolean {
    return this.find(oid) !== -1;
  }

  isMarked(oid: string): boolean {
    const place = this.find(oid);
    return place !== -1 && this.marks[place] === 1;
  }

  *unmarked(): Generator<string> {
    for (let place = 0; place < this.count; place++) if (this.marks[place] === 0) yield this.oidAt(place);
  }

  private oidAt(place: number): string {
    return this.oids.toString('hex', place * OID_BYTES, (place + 1) * OID_BYTES);
  }

  private find(oid: string): number {
    const wanted = Buffer.from(oid, 'hex');
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = middle * OID_BYTES;
      const order = this.oids.compare(wanted, 0, OID_BYTES, start, start + OID_BYTES);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private grow(): void {
    const capacity = this.marks.length * 2;
    const oids = Buffer.alloc(capacity * OID_BYTES);
    this.oids.copy(oids);
    this.oids = oids;
    const marks = new Uint8Array(capacity);
    marks.set(this.marks);
    this.marks = marks;
  }
}
