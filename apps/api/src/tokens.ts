export const LOGGER = Symbol('Logger');
export const CONFIG = Symbol('Config');
/** A PackCache; undefined where it is switched off. */
export const PACK_CACHE = Symbol('PackCache');
/** The ImageRules of pages. */
export const IMAGE_RULES = Symbol('ImageRules');
