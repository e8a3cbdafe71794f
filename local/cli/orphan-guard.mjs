/*
 * Loaded before a command that was started by launch.mjs. When the launcher is gone without having passed on a
 * signal (kill -9), nobody could stop this process by Ctrl-C any more: so it is asked to stop.
 */
if (process.env.TICKETFLOW_LAUNCHED === "1") {
  // Processes that the command forks load this file as well; the launcher is not theirs.
  delete process.env.TICKETFLOW_LAUNCHED;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  // Listening must not keep a command running that has finished.
  process.channel?.unref();
}
