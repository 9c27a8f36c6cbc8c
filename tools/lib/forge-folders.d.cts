/** The folders of forge, lowest first. */
export const ORDER: string[][];
export const TABLES: Record<string, { owner: string; readers?: string[] }>;
