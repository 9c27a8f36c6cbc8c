import { Catalogue } from './catalogue';
import { defineJobs, NO_PAYLOAD } from './define-jobs';

const feature = defineJobs({
  'box.empty': { queue: 'house', payload: NO_PAYLOAD, attempts: 1, backoffMs: 1_000 },
});

it('a job that two features define is refused', () => {
  expect(() => Catalogue.of({ house: { concurrency: 1 } }, [feature, feature])).toThrow(
    'two features define the job box.empty',
  );
});
