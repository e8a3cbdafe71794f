import type { ProcessRecord } from "./process-identity.mjs";

export type LockHolder = { purpose: string; since: string; processes: ProcessRecord[] };
export type HeldLock = { addProcess(pid: number): void; release(): void };
export function tryLock(
  file: string,
  purpose: string,
): { lock: HeldLock; holder?: undefined } | { lock?: undefined; holder: LockHolder };
