export const LOGGER = Symbol('Logger');
export const CONFIG = Symbol('Config');
