import type { DomainError, ErrorCode } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { FACES } from './faces';

/** Answers that were the hub's failure and not the client's, over HTTP and SSH: damage, full disks, outages, defects. */
@Injectable()
export class FailureCounts {
  readonly byCode = new Map<ErrorCode, number>();

  /** @returns whether it is one. */
  note({ code }: DomainError): boolean {
    // A limit that holds is no failure of the hub.
    if (FACES[code].status < 500 || code === 'quota_exceeded') return false;
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    return true;
  }
}
