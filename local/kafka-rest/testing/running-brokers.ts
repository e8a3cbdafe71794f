/** Brokers that run already, for tests that leave them alone: `TEST_KAFKA_BROKERS`, `host:port` separated by commas. */
export const runningBrokers: readonly string[] | undefined = process.env.TEST_KAFKA_BROKERS?.split(",");
