export const LOGGER = Symbol('Logger');
export const CONFIG = Symbol('Config');
/** The ImageRules of pages. */
export const IMAGE_RULES = Symbol('ImageRules');
