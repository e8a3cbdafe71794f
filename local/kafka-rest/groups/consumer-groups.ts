import type { Clock } from "#shared/clock.ts";
import type { LogRecord, LogStore, ReadLimits, TopicPartitionOffset } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import { assignRanges } from "./assignment.ts";
import { Instance, type InstanceSettings, partitionKey } from "./instance.ts";

type Group = {
  name: string;
  instances: Map<string, Instance>;
  /** Commits of what was taken from one instance; its next owner starts from them. */
  handover: Promise<void>;
};

/** Waits until the given function is called, or the request's own end of waiting. */
export type WaitForRecords = (subscribe: (done: () => void) => () => void) => Promise<void>;

/**
 * The consumer groups of the Consume API, kept in this process: membership and positions are lost with it,
 * committed offsets are not. As with Kafka's own auto-commit, what was handed out may be committed before it
 * has been processed: a consumer that must lose nothing uses the Fetch API and keeps its own offsets.
 */
export class ConsumerGroups {
  readonly #store: LogStore;
  readonly #clock: Clock;
  readonly #limits: ReadLimits;
  readonly #groups = new Map<string, Group>();

  constructor(store: LogStore, clock: Clock, limits: ReadLimits) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * The next records of the partitions that this instance owns; creates the instance on its first request.
   * `isGone` tells afterwards whether anyone is there to take the answer: if not, nothing counts as delivered.
   */
  async consume(
    groupName: string,
    instanceName: string,
    topics: readonly string[],
    settings: InstanceSettings,
    wait: WaitForRecords,
    isGone: () => boolean,
  ): Promise<LogRecord[]> {
    const { group, instance } = await this.#join(groupName, instanceName, topics, settings);
    instance.busy = true;
    try {
      await this.#commitIfDue(group, instance);
      const { owned } = instance;
      await this.#findPositions(group, instance);
      const positions = () => [...instance.positions.values()];
      let records = await this.#store.read(positions(), this.#limits);
      if (records.length === 0) {
        await wait((done) => {
          instance.interrupt = done;
          // The assignment may have changed before there was anyone to interrupt.
          if (instance.owned !== owned) done();
          return this.#store.watch(positions(), done);
        });
        records = await this.#store.read(positions(), this.#limits);
      }
      // Another instance may own these partitions by now.
      if (instance.owned !== owned || isGone()) return [];
      for (const { topic, partition, offset } of records) {
        instance.positions.set(partitionKey({ topic, partition }), { topic, partition, offset: offset + 1 });
      }
      return records;
    } finally {
      instance.busy = false;
      instance.interrupt = undefined;
      instance.lastSeenMs = this.#clock();
    }
  }

  /** Commits everything that was handed out to the instance. Throws 404 for an unknown instance. */
  async commitDelivered(groupName: string, instanceName: string): Promise<void> {
    const { group, instance } = this.#require(groupName, instanceName);
    await this.#commit(group, instance);
  }

  /** Removes the instance; its partitions go to the others. Throws 404 for an unknown instance. */
  async remove(groupName: string, instanceName: string): Promise<void> {
    const { group, instance } = this.#require(groupName, instanceName);
    await this.#remove(group, instance);
  }

  /** The shape of https://upstash.com/docs/kafka/rest/restmetadata#list-consumers */
  list() {
    return [...this.#groups.values()].map((group) => ({
      name: group.name,
      instances: [...group.instances.values()].map((instance) => ({
        name: instance.name,
        topics: [...instance.topics].map((topic) => ({
          topic,
          partitions: instance.owned
            .filter((owned) => owned.topic === topic)
            .map(({ partition }) => partition),
        })),
      })),
    }));
  }

  /** Makes the auto-commits that are due, and removes the instances that have not been heard of for too long. */
  async sweep(): Promise<void> {
    for (const group of [...this.#groups.values()]) {
      for (const instance of [...group.instances.values()]) {
        const idleMs = this.#clock() - instance.lastSeenMs;
        if (!instance.busy && idleMs > instance.settings.sessionTimeoutMs)
          await this.#remove(group, instance);
        else await this.#commitIfDue(group, instance);
      }
    }
  }

  async #join(
    groupName: string,
    instanceName: string,
    topics: readonly string[],
    settings: InstanceSettings,
  ) {
    const known = await this.#store.topics();
    const group = this.#groups.get(groupName) ?? {
      name: groupName,
      instances: new Map<string, Instance>(),
      handover: Promise.resolve(),
    };
    const existing = group.instances.get(instanceName);
    if (existing?.busy) throw new RestError(409, `instance ${instanceName} has a consume request under way`);
    if (!existing) this.#assertRoom([...known.values()].reduce((sum, { partitions }) => sum + partitions, 0));
    const instance = existing ?? new Instance(instanceName, settings, this.#clock());
    this.#groups.set(groupName, group);
    group.instances.set(instanceName, instance);
    if (!instance.subscribesTo(topics)) {
      instance.topics = new Set(topics);
      await this.#rebalance(group);
    }
    return { group, instance };
  }

  /** Upstash's documented bound: as many instances as there are partitions, over all topics and groups. */
  #assertRoom(partitions: number): void {
    let instances = 0;
    for (const group of this.#groups.values()) instances += group.instances.size;
    if (instances >= partitions) throw new RestError(400, `at most ${partitions} consumer instances`);
  }

  async #rebalance(group: Group): Promise<void> {
    const topics = await this.#store.topics();
    const instances = [...group.instances.values()];
    const subscriptions = instances.map((instance) => ({ instance: instance.name, topics: instance.topics }));
    const assigned = assignRanges(subscriptions, (topic) => topics.get(topic)?.partitions ?? 0);
    const revoked = instances.flatMap((instance) => {
      const positions = instance.assign(assigned.get(instance.name) ?? []);
      return instance.settings.autoCommit ? positions : [];
    });
    if (revoked.length > 0) group.handover = this.#store.commit(group.name, revoked);
    await group.handover;
  }

  /** Gives every owned partition a position: the committed offset if it still exists, or by the reset rule. */
  async #findPositions(group: Group, instance: Instance): Promise<void> {
    const missing = instance.owned.filter((item) => !instance.positions.has(partitionKey(item)));
    if (missing.length === 0) return;
    await group.handover;
    const committed = new Map(
      (await this.#store.committed(group.name)).map((item) => [partitionKey(item), item.offset]),
    );
    const starts = await this.#store.offsets(missing, "earliest");
    const ends = await this.#store.offsets(missing, "latest");
    for (const [i, { topic, partition }] of missing.entries()) {
      const start = starts[i]?.offset ?? 0;
      const end = ends[i]?.offset ?? 0;
      let offset = committed.get(partitionKey({ topic, partition }));
      if (offset === undefined || offset < start || offset > end) {
        const { offsetReset } = instance.settings;
        if (offsetReset === "none") {
          throw new RestError(400, `group ${group.name} has no valid offset for ${topic}/${partition}`);
        }
        offset = offsetReset === "earliest" ? start : end;
      }
      // A rebalance during the look-up may have taken the partition away.
      if (instance.owned.some((owned) => owned.topic === topic && owned.partition === partition)) {
        instance.positions.set(partitionKey({ topic, partition }), { topic, partition, offset });
      }
    }
  }

  async #commitIfDue(group: Group, instance: Instance): Promise<void> {
    const { autoCommit, autoCommitIntervalMs } = instance.settings;
    if (autoCommit && this.#clock() - instance.lastCommitMs >= autoCommitIntervalMs) {
      await this.#commit(group, instance);
    }
  }

  async #commit(group: Group, instance: Instance): Promise<void> {
    instance.lastCommitMs = this.#clock();
    const positions: TopicPartitionOffset[] = [...instance.positions.values()];
    if (positions.length > 0) await this.#store.commit(group.name, positions);
  }

  async #remove(group: Group, instance: Instance): Promise<void> {
    group.instances.delete(instance.name);
    const positions = instance.assign([]);
    if (instance.settings.autoCommit && positions.length > 0) {
      group.handover = this.#store.commit(group.name, positions);
    }
    await this.#rebalance(group);
    // Only now: whoever joins before must find the hand-over, and wait for it.
    if (group.instances.size === 0) this.#groups.delete(group.name);
  }

  #require(groupName: string, instanceName: string): { group: Group; instance: Instance } {
    const group = this.#groups.get(groupName);
    const instance = group?.instances.get(instanceName);
    if (group && instance) return { group, instance };
    throw new RestError(404, `unknown consumer instance: ${groupName}/${instanceName}`);
  }
}
