import { Injectable } from '@nestjs/common';

/** True once the process was told to stop: readiness goes off, work under way goes on. */
@Injectable()
export class Draining {
  started = false;
}
