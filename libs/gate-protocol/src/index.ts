export * from './gate-frame';
export * from './gate-requests';
