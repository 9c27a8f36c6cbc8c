import { ACCEPTED } from './accepted.mjs';

/** Percent of the breakages of a group that its tests have to notice. */
export const LEAST_SCORE = 85;

const KILLED = ['Killed', 'Timeout'];
const SURVIVED = ['Survived', 'NoCoverage'];

const plain = (text) => text.replaceAll(/\s+/g, ' ').trim();

/** Why the survivor is accepted; undefined when it is not. A line and what becomes of it outlast the line's number. */
function acceptanceOf(path, { line, to }) {
  return ACCEPTED.find(
    (each) => each.file === path && plain(each.line) === plain(line) && plain(each.to) === plain(to),
  );
}

/** The breakages that no test noticed: where, the line, what the marked part of it became. */
export function survivorsOf(path, { source, mutants }) {
  const lines = source.split('\n');
  return mutants
    .filter(({ status }) => SURVIVED.includes(status))
    .map(({ location: { start, end }, replacement = '', status }) => {
      const line = lines[start.line - 1] ?? '';
      const last =
        start.line === end.line ? line.slice(end.column - 1) : (lines[end.line - 1] ?? '').slice(end.column - 1);
      const to = plain(line.slice(0, start.column - 1) + replacement + last);
      const accepted = acceptanceOf(path, { line, to });
      return {
        line: start.line,
        text: plain(line),
        to,
        isRun: status === 'Survived',
        isAccepted: accepted !== undefined,
        why: accepted?.why,
      };
    })
    .sort((a, b) => a.line - b.line);
}

export function countsOf(path, report) {
  const killed = report.mutants.filter(({ status }) => KILLED.includes(status)).length;
  const timedOut = report.mutants.filter(({ status }) => status === 'Timeout').length;
  const survivors = survivorsOf(path, report);
  return {
    killed,
    timedOut,
    survived: survivors.length,
    accepted: survivors.filter(({ isAccepted }) => isAccepted).length,
  };
}

/** The sum over the files of a group. `score` counts accepted survivors as survivors, too. */
export function scoreOf(files) {
  const all = files.map(({ path, report }) => countsOf(path, report));
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  const [killed, timedOut] = [sum('killed'), sum('timedOut')];
  const [survived, accepted] = [sum('survived'), sum('accepted')];
  const judged = killed + survived;
  return { killed, timedOut, survived, accepted, judged, score: judged === 0 ? 100 : (100 * killed) / judged };
}
