import fc from 'fast-check';

// The same cases in every run: a property that fails on one machine fails on all. Another seed looks elsewhere:
// PROPERTY_SEED=$RANDOM npm test -- --only unit
const seed = Number(process.env.PROPERTY_SEED ?? 20261121);

// `npm run mutants` asks only whether a breakage is noticed, hundreds of times: not which case is the smallest.
const isMutant = process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;

fc.configureGlobal({ seed, ...(isMutant && { endOnFailure: true, interruptAfterTimeLimit: 1_000 }) });
