import type { Server } from 'node:net';

// Started by listener-copies.ts: sends a listening handle back to the hub, each time as a descriptor of its own.
// It listens for more messages, for who listens to none is not kept running by the channel.
process.on('message', ({ count }: { count: number }, handle: Server) => {
  let waiting = count;
  for (let copy = 0; copy < count; copy++) {
    process.send?.({ copy }, handle, { keepOpen: true }, () => --waiting === 0 && process.disconnect());
  }
});
