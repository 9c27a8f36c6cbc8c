// A process of its own, so that how busy the one that measures is adds nothing: asks process.argv[2] again and again, and
// tells its parent the slowest answer when it is told to stop.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';

const [, , url, everyMs] = process.argv;
const agent = new Agent({ keepAlive: false });
const answers = { worstMs: 0, count: 0, failed: 0 };

function ask() {
  const startedAt = performance.now();
  const note = (ok) => {
    answers.worstMs = Math.max(answers.worstMs, performance.now() - startedAt);
    answers.count++;
    if (!ok) answers.failed++;
  };
  const sent = request(url, { agent }, (answer) => {
    answer.resume();
    answer.once('end', () => note(answer.statusCode === 200));
  });
  sent.once('error', () => note(false));
  sent.end();
}

setInterval(ask, Number(everyMs));
process.send('begun');
process.once('message', () => process.send(answers, () => process.exit()));
process.once('disconnect', () => process.exit());
