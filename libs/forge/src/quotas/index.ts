export { Ledger, type LedgerTerms } from './ledger';
export * from './limits';
export * from './quotas.service';
export * from './quota-report.service';
