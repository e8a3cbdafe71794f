export type ProcessRecord = { pid: number; identity: string };
export function processIdentity(pid: number): string | null;
export function describeProcess(pid: number): ProcessRecord | null;
export function isRunning(record: ProcessRecord): boolean;
