import type { ConsumerGroups } from "../groups/consumer-groups.ts";
import { MAX_POSITIONS_PER_REQUEST } from "../limits.ts";
import type { LogStore } from "../log-store/log-store.ts";
import { RestError } from "../rest-error.ts";
import { asGroupName, asList, assertDistinct, asTopicPartitionOffset, withTopics } from "./fields.ts";
import type { RestRequest } from "./request.ts";
import type { Route } from "./router.ts";

export const SUCCESS = { result: "Success", status: 200 };

/** What a front says that keeps no consumers, because others serve the same log. */
export const NO_CONSUMERS =
  "this server keeps no consumers: fetch at explicit offsets with /fetch, and commit these with /commit";

/**
 * The Commit API: https://upstash.com/docs/kafka/rest/restconsumer#commit-consumer-api
 * Without `groups`, a commit must name its offsets.
 */
export function commitRoutes(store: LogStore, groups: ConsumerGroups | undefined): Route[] {
  return [
    {
      methods: ["GET", "POST"],
      path: "/commit/:group/:instance",
      handle: async (request) => {
        const { group, instance } = asMember(request);
        const offsets = asList(request.body ?? [], MAX_POSITIONS_PER_REQUEST, "offsets");
        if (offsets.length === 0) {
          if (!groups) throw new RestError(501, NO_CONSUMERS);
          await groups.commitDelivered(group, instance);
          return SUCCESS;
        }
        const parsed = await withTopics(store, (topics) =>
          offsets.map((item) => asTopicPartitionOffset(topics, item)),
        );
        assertDistinct(parsed);
        await store.commit(group, parsed);
        return SUCCESS;
      },
    },
  ];
}

export function asMember({ params: [group, instance] }: RestRequest): { group: string; instance: string } {
  return {
    group: asGroupName(group, "the consumer group"),
    instance: asGroupName(instance, "the instance"),
  };
}
