import pino from 'pino';
import { errorFacts } from '@granary/log';
import { PageFailures } from './page-failures';
import { pageFailure } from './page-thread-messages';

const PAGE = { requestId: 'page-1', path: '/alice/repo' };

function logged(note: (failures: PageFailures) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const serializers = { err: (error: unknown) => errorFacts(error) };
  note(new PageFailures(pino({ serializers }, { write: (line: string) => void lines.push(line) })));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function refusal(status: number): Error {
  return Object.assign(new Error('The hub cannot reach its database right now.'), {
    ...{ name: 'ApiFailure', status, problem: { request_id: 'api-1' } },
  });
}

it('is a line of JSON that names the page, its request and what the API was asked', () => {
  const [line] = logged((failures) => failures.note(pageFailure(refusal(500), PAGE)));
  expect(line).toMatchObject({ msg: 'page failed', ...PAGE, status: 500, apiRequestId: 'api-1' });
  expect(line).not.toHaveProperty('err');
});

it('has the cause of a defect of the page itself', () => {
  const [line] = logged((failures) => failures.note(pageFailure(new TypeError('x is not a function'), PAGE)));
  expect(line).toMatchObject({ ...PAGE, err: { message: 'x is not a function' } });
});

it('is one line while the database is away, not one for each page', () => {
  const lines = logged((failures) => {
    for (let count = 0; count < 50; count++) failures.note(pageFailure(refusal(503), PAGE));
  });
  expect(lines).toHaveLength(1);
});
