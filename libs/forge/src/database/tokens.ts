/** Nest's injection tokens of what is no class. */
export const CLOCK = Symbol('Clock');
export const FORGE_OPTIONS = Symbol('ForgeOptions');
export const OBJECT_STORE = Symbol('ObjectStore');
export const RATE_LIMITS = Symbol('RateLimits');
export const GIT_HOME = Symbol('GitHome');
export const JOB_QUEUE = Symbol('JobQueue');
/** A PackCache; undefined where it is switched off. */
export const PACK_CACHE = Symbol('PackCache');
