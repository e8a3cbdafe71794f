/** The Worker that the tests in the Workers' runtime run in: it carries every test object. */
export { TestAuditor } from "../auditor/testing/worker.ts";
export { TestEventConsumer } from "../event-consumer/testing/worker.ts";
export { RateLimiter } from "../rate-limiter/object.ts";
export { TestSeatMap, TestSeatRelay } from "../seat-map/testing/worker.ts";
export { TestSweeper } from "../sweeper/testing/worker.ts";

export default {
  fetch: () => new Response("this Worker only carries the test objects", { status: 404 }),
};
