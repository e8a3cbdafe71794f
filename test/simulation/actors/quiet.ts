import type { Logger } from "#shared/observability/log.ts";

/** A run is told by its history, not by its logs. */
export const QUIET: Logger = { info() {}, warn() {}, error() {} };
