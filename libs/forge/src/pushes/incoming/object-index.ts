import type { ObjectInfo, ObjectType } from '@granary/git-process';

const TYPES: readonly ObjectType[] = ['commit', 'tree', 'blob', 'tag'];
const FIRST_CAPACITY = 64;

/**
 * The objects that a push brings, about 30 bytes for each: a push of a million objects must not cost what a million
 * JavaScript objects do. Objects are named by their place.
 */
export class ObjectIndex {
  /** The size of the largest tree. */
  largestTreeBytes = 0;
  private count = 0;
  private idBytes = 20;
  private ids = Buffer.alloc(FIRST_CAPACITY * 20);
  private sizes = new Float64Array(FIRST_CAPACITY);
  private types = new Uint8Array(FIRST_CAPACITY);
  /** What the inspection has noted of each: see {@link mark}. */
  private marks = new Uint8Array(FIRST_CAPACITY);

  get length(): number {
    return this.count;
  }

  /** @param info comes in the order of the ids. */
  add({ oid, type, sizeBytes }: ObjectInfo): void {
    if (this.count === 0) this.setIdBytes(oid.length / 2);
    if (this.count === this.sizes.length) this.grow();
    this.ids.write(oid, this.count * this.idBytes, 'hex');
    this.sizes[this.count] = sizeBytes;
    this.types[this.count] = TYPES.indexOf(type);
    if (type === 'tree') this.largestTreeBytes = Math.max(this.largestTreeBytes, sizeBytes);
    this.count++;
  }

  /** A new one, without marks, of these objects and `others`, which it does not hold. */
  joinedBy(others: readonly ObjectInfo[]): ObjectIndex {
    const joined = new ObjectIndex();
    const waiting = [...others].sort((one, other) => (one.oid < other.oid ? 1 : -1));
    for (let place = 0; place < this.count; place++) {
      const own = { oid: this.oid(place), type: this.type(place), sizeBytes: this.sizeBytes(place) };
      for (let next = waiting.at(-1); next && next.oid < own.oid; next = waiting.at(-1)) {
        joined.add(next);
        waiting.pop();
      }
      joined.add(own);
    }
    for (const left of waiting.reverse()) joined.add(left);
    return joined;
  }

  /** @returns its place, or -1 when the push does not bring it. */
  find(oid: string): number {
    const wanted = Buffer.from(oid, 'hex');
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = middle * this.idBytes;
      const order = this.ids.compare(wanted, 0, wanted.length, start, start + this.idBytes);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  oid(place: number): string {
    return this.ids.toString('hex', place * this.idBytes, (place + 1) * this.idBytes);
  }

  type(place: number): ObjectType {
    return TYPES[this.types[place] ?? 0] as ObjectType;
  }

  sizeBytes(place: number): number {
    return this.sizes[place] ?? 0;
  }

  /** Sets the bits of `flag`. @returns whether it was set already. */
  mark(place: number, flag: number): boolean {
    const before = this.marks[place] ?? 0;
    this.marks[place] = before | flag;
    return (before & flag) !== 0;
  }

  isMarked(place: number, flag: number): boolean {
    return ((this.marks[place] ?? 0) & flag) !== 0;
  }

  private setIdBytes(idBytes: number): void {
    this.idBytes = idBytes;
    this.ids = Buffer.alloc(this.sizes.length * idBytes);
  }

  private grow(): void {
    const capacity = this.sizes.length * 2;
    const ids = Buffer.alloc(capacity * this.idBytes);
    this.ids.copy(ids);
    this.ids = ids;
    const widen = <T extends Float64Array | Uint8Array>(wide: T, old: T): T => {
      wide.set(old);
      return wide;
    };
    this.sizes = widen(new Float64Array(capacity), this.sizes);
    this.types = widen(new Uint8Array(capacity), this.types);
    this.marks = widen(new Uint8Array(capacity), this.marks);
  }
}
