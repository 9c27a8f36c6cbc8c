import { DomainError, formatBytes } from '@granary/kernel';

/** Counts a body and holds it to its announced size, so that one byte too many stops it at once. */
export class BodySize {
  private counted = 0;

  constructor(private readonly announcedBytes?: number) {}

  get sizeBytes(): number {
    return this.counted;
  }

  /** @throws DomainError `invalid` as soon as the body is larger than announced. */
  add(sizeBytes: number): void {
    this.counted += sizeBytes;
    if (this.announcedBytes !== undefined && this.counted > this.announcedBytes) throw this.differs('more');
  }

  /** @throws DomainError `invalid` when the body ended early. */
  finish(): void {
    if (this.announcedBytes !== undefined && this.counted < this.announcedBytes) throw this.differs('less');
  }

  private differs(how: 'more' | 'less'): DomainError {
    const announced = this.announcedBytes ?? 0;
    const message = `The body is ${how} than the announced ${announced} bytes (${formatBytes(announced)}).`;
    return new DomainError('invalid', message, { details: { announcedSizeBytes: announced } });
  }
}
