import { HandlerTable } from './handler-table';

const nothing = async () => undefined;

it('holds the handlers of all features', () => {
  const table = new HandlerTable();
  table.add({ 'box.empty': nothing });
  table.add({ 'letter.sort': nothing });
  expect(Object.keys(table.all())).toEqual(['box.empty', 'letter.sort']);
});

it('a second handler of a job is refused', () => {
  const table = new HandlerTable();
  table.add({ 'box.empty': nothing });
  expect(() => table.add({ 'box.empty': nothing })).toThrow('the job box.empty has two handlers');
});
