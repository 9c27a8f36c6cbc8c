import type { Response } from 'express';

/** Fires when the client has left before its answer was complete: the owner of everything started for it. */
export function clientGone(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('the client has left'));
  });
  return controller.signal;
}
